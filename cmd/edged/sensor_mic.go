package main

import (
	"path/filepath"

	"edged/cmd/edged/internal/config"
	"edged/sensors"
	"edged/sensors/mic"
)

// openMicrophone makes c's live microphone. It is opened by the first Read, and may come later, go and come back.
func openMicrophone(c *config.Sensor, server mic.Pulse) (sensors.Source[sensors.Clip], error) {
	o := c.MicrophoneOptions()
	o.Chunk, o.Pulse = clipLength, server
	open, err := mic.New(o)
	if err != nil {
		return nil, err
	}
	return sensors.NewLive(open, sensors.LiveOptions{}), nil
}

// pulseOf is what the environment says of the sound server, by PulseAudio's names (pulseaudio(1)).
func pulseOf(env func(string) string) mic.Pulse {
	p := mic.Pulse{Server: env("PULSE_SERVER"), Run: env("XDG_RUNTIME_DIR"), Cookie: env("PULSE_COOKIE")}
	if home := env("HOME"); p.Cookie == "" && home != "" {
		p.Cookie = filepath.Join(home, ".config/pulse/cookie")
	}
	return p
}
