package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
)

// Files checks that every file and folder the config names is there and of its kind, and every model with model, which
// gets a path or the name of a built-in model and says what is wrong with it. A nil model is content with all.
func (c *Config) Files(model func(name string) error) error {
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
			v.model(path+".model", e.Model, model)
			v.file(path+".labels", e.Labels)
			if e.Input != nil && e.Input.Frontend != "" {
				v.model(path+".input.frontend", e.Input.Frontend, model)
			}
		}
	}
	return v.errs.asError()
}

func (v *validator) model(path, name string, check func(string) error) {
	before := len(v.errs)
	if IsFile(name) {
		v.file(path, name)
	}
	if check == nil || len(v.errs) > before {
		return
	}
	if err := check(name); err != nil {
		v.errorAt(path, "", "%v", err)
	}
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
