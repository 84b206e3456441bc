package main

import (
	"fmt"
	"strconv"
	"strings"

	"edged/models"
)

// cardText writes a card as YAML, texts in double quotes: Go's quoting of printable ASCII is YAML's too.
func cardText(c *models.Card) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "name: %s\nsha256: %s\nlicence: %s\nsource: %q\ntask: %s\n", c.Name, c.SHA256, c.Licence, c.Source, c.Task)
	fmt.Fprintf(&b, "input:\n  kind: %s\n", c.Input.Kind)
	if c.Input.RateHz != 0 {
		fmt.Fprintf(&b, "  rate: %d\n", c.Input.RateHz)
	}
	list(&b, "  fields", c.Input.Fields, strconv.Quote)
	list(&b, "  mean", c.Input.Mean, number)
	list(&b, "  std", c.Input.Std, number)
	list(&b, "labels", c.Labels, strconv.Quote)
	return []byte(b.String())
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// list writes a list on one line, nothing for an empty one.
func list[T any](b *strings.Builder, key string, values []T, text func(T) string) {
	if len(values) == 0 {
		return
	}
	var all []string
	for _, v := range values {
		all = append(all, text(v))
	}
	fmt.Fprintf(b, "%s: [%s]\n", key, strings.Join(all, ", "))
}
