package config

import (
	"errors"
	"io/fs"
	"os"
)

// Files checks that the files of mqtt are there. Who opens what else the config names learns whether that is there, and
// says so with Fault.
func (c *Config) Files() Errors {
	v := validator{c: c}
	m := &c.MQTT
	v.file("mqtt.username_file", m.UsernameFile)
	v.file("mqtt.password_file", m.PasswordFile)
	v.file("mqtt.ca_file", m.CAFile)
	v.file("mqtt.client_cert_file", m.ClientCertFile)
	v.file("mqtt.client_key_file", m.ClientKeyFile)
	v.folder("mqtt.outbox.path", m.Outbox.Path)
	return v.errs
}

func (v *validator) file(path, name string) {
	if name == "" {
		return
	}
	info, err := os.Stat(name)
	var at *fs.PathError
	switch {
	case errors.As(err, &at):
		v.errorAt(path, "relative paths start at the config file's folder", "%s: %v", name, at.Err)
	case err != nil:
		v.errorAt(path, "", "%v", err)
	case info.IsDir():
		v.errorAt(path, "", "%s is a folder, not a file", name)
	}
}

// FaultIn is Fault for a part of a text, as an expression, that begins offset bytes from its beginning.
func (c *Config) FaultIn(path string, offset int, value, what, hint string) *Error {
	e := c.Fault(path, what, hint)
	if at, ok := c.places[path]; ok {
		at = within(c.text, at, value[:min(max(offset, 0), len(value))])
		e.Line, e.Col = at.line, at.col
	}
	return e
}

// Fault says what is wrong with what stands at path, as sensors.cam.camera or pipelines.room.encoders[0].model, and how
// to mend it.
func (c *Config) Fault(path, what, hint string) *Error {
	v := validator{c: c}
	v.errorAt(path, hint, "%s", what)
	return v.errs[0]
}
