package homeassistant

import (
	"encoding/json"
	"fmt"
	"strings"
)

// literal is s as a string of Jinja: its lexer takes double quotes and undoes the escapes of a Python literal, which those
// of JSON are too.
func literal(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic("homeassistant: " + err.Error()) // strings can be encoded
	}
	return string(b)
}

// The most characters of a state. Home Assistant shows longer ones as unknown.
const longestState = 255

// cut keeps an expression within longestState.
func cut(expression string) string { return fmt.Sprintf("(%s)[:%d]", expression, longestState) }

// when is a template of an expression that counts only if a condition holds. Of what other payloads render, nothing, Home
// Assistant takes no notice.
func when(condition, expression string) string { return orElse(condition, expression, "''") }

func orElse(condition, expression, other string) string {
	if condition == "" {
		return "{{ " + expression + " }}"
	}
	return "{{ " + expression + " if " + condition + " else " + other + " }}"
}

// live is true of an event that is not told late: what was seen an hour ago says nothing of now.
const live = "not value_json.historical | default(false)"

// from is true of the events of one of the sources of a topic; empty if it is the only one.
func from(s *Source, among []Source) string {
	var others, twins int
	for _, o := range among {
		if o.Kind == s.Kind {
			others++
			if o.Sensor == s.Sensor {
				twins++
			}
		}
	}
	var all []string
	if others > 1 {
		all = append(all, "value_json.sensor | default('') == "+literal(s.Sensor))
	}
	if twins > 1 {
		all = append(all, "value_json.model | default('') == "+literal(s.Model))
	}
	return strings.Join(all, " and ")
}

// both joins conditions of which each may be empty.
func both(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " and " + b
}

// of is a member of an object that is a member of the payload: value_json.sensors["cam"], {} if there is none.
func of(group, name string) string {
	return fmt.Sprintf("value_json.%s.get(%s, {})", group, literal(name))
}

// valueOf is a template of a value of readings, rounded where it is known what makes sense: every change of a state is a row
// in Home Assistant's database.
func valueOf(q Quantity, digits *int) string {
	value := "value_json['values'].get(" + literal(q.Name) + ", {}).get('value', '')"
	switch {
	case digits == nil:
		return "{{ " + value + " }}"
	case *digits == 0:
		return "{% set v = " + value + " %}{{ v | round | int if v is number else '' }}"
	}
	return fmt.Sprintf("{%% set v = %s %%}{{ v | round(%d) if v is number else '' }}", value, *digits)
}
