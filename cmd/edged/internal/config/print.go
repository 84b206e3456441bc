package config

import (
	"fmt"
	"io"
	"maps"

	"github.com/goccy/go-yaml"
)

// Embedded as mqtt.broker asks for a broker of edged's own.
const Embedded = "embedded"

// File returns the name of the file that c was read from.
func (c *Config) File() string { return c.file }

// Print writes the effective config as YAML: what Load makes of it is c again. There is no secret in it: the broker's
// password stays in its file, that of a camera's address is left out.
func (c *Config) Print(w io.Writer) error {
	shown := *c
	shown.Sensors = maps.Clone(c.Sensors)
	for name, s := range shown.Sensors {
		copied := *s
		copied.Camera = withoutPassword(s.Camera)
		shown.Sensors[name] = &copied
	}
	text, err := yaml.MarshalWithOptions(&shown, yaml.Indent(2), yaml.IndentSequence(true))
	if err != nil {
		return fmt.Errorf("printing the config: %w", err)
	}
	_, err = w.Write(text)
	return err
}
