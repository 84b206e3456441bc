package config

import (
	"strings"
	"testing"
)

func TestFaultIn(t *testing.T) {
	const head = sensors + "pipelines:\n  p:\n    encoders: [{ sensor: cam, model: m }]\n    alerts:\n      fire:\n"
	const value = `label("fire") > 0.8 && x > "35 °C" or y`
	for _, c := range []struct {
		name, yaml string
		part       string // whose beginning is looked for
		line, col  int
	}{
		{"at its beginning", "        when: " + value + "\n", "label", 7, 15},
		{"as it is", "        when: " + value + "\n", "0.8", 7, 31},
		{"behind what is no ASCII", "        when: " + value + "\n", "y", 7, 53},
		{"in apostrophes", "        when: '" + value + "'\n", "0.8", 7, 32},
		{"in quotes, which are escaped", `        when: "label(\"fire\") > 0.8 && x > \"35 °C\" or y"` + "\n", "0.8", 7, 34},
		{"behind all of them", `        when: "label(\"fire\") > 0.8 && x > \"35 °C\" or y"` + "\n", "y", 7, 58},
		{"folded", "        when: >\n          label(\"fire\") > 0.8\n          && x > \"35 °C\"\n          or y\n", "x", 9, 14},
		{"folded without a sign", "        when: label(\"fire\") > 0.8\n          && x > \"35 °C\"\n          or y\n", "or", 9, 11},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, err := Parse("edged.yaml", []byte(head+c.yaml))
			if err != nil {
				t.Fatal(err)
			}
			when := cfg.Pipelines["p"].Alerts["fire"].When
			e := cfg.FaultIn("pipelines.p.alerts.fire.when", strings.Index(when, c.part), when, "wrong", "")
			if e.Line != c.line || e.Col != c.col {
				t.Errorf("got %v, want %d:%d", e, c.line, c.col)
			}
		})
	}
}
