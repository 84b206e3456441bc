package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
)

// Files checks that every file and folder the config names is there and of its kind. Names of built-in models are not
// its business.
func (c *Config) Files() error {
	v := validator{c: c}
	v.file("mqtt.password_file", c.MQTT.PasswordFile)
	v.file("mqtt.ca_file", c.MQTT.CAFile)
	for _, name := range slices.Sorted(maps.Keys(c.Sensors)) {
		s, path := c.Sensors[name], "sensors."+name
		v.recorded(path+".camera", s.Camera)
		v.recorded(path+".microphone", s.Microphone)
		v.file(path+".replay", s.Replay)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Pipelines)) {
		for i, e := range c.Pipelines[name].Encoders {
			path := fmt.Sprintf("pipelines.%s.encoders[%d]", name, i)
			if IsFile(e.Model) {
				v.file(path+".model", e.Model)
			}
			v.file(path+".labels", e.Labels)
			if e.Input != nil && IsFile(e.Input.Frontend) {
				v.file(path+".input.frontend", e.Input.Frontend)
			}
		}
	}
	return v.errs.asError()
}

func (v *validator) recorded(path, source string) {
	name, dir, ok := Recording(source)
	switch {
	case ok && dir:
		v.stat(path, name, true)
	case ok:
		v.file(path, name)
	}
}

func (v *validator) file(path, name string) {
	if name != "" {
		v.stat(path, name, false)
	}
}

func (v *validator) stat(path, name string, dir bool) {
	info, err := os.Stat(name)
	var at *fs.PathError
	switch {
	case errors.As(err, &at):
		v.errorAt(path, "relative paths start at the config file's folder", "%s: %v", name, at.Err)
	case err != nil:
		v.errorAt(path, "", "%v", err)
	case info.IsDir() && !dir:
		v.errorAt(path, "", "%s is a folder, not a file", name)
	case dir && !info.IsDir():
		v.errorAt(path, "", "%s is not a folder", name)
	}
}
