package config

import (
	"fmt"
	"slices"

	"edged/pipelines/publish/command"
)

// Allows says whether a command may be asked for over MQTT.
func (m *MQTT) Allows(v command.Verb) bool { return slices.Contains(m.Commands, v) }

// commands checks what may be asked for.
func (v *validator) commands(path string, all []command.Verb) {
	var known []string
	for _, verb := range command.Verbs() {
		known = append(known, string(verb))
	}
	for i, verb := range all {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case !slices.Contains(command.Verbs(), verb):
			v.errorAt(at, didYouMean(string(verb), known), "no command is named %q", verb)
		case slices.Contains(all[:i], verb):
			v.errorAt(at, "", "%q stands twice", verb)
		}
	}
}
