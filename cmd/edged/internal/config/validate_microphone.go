package config

import (
	"math"
	"slices"
	"strconv"
	"time"

	"edged/sensors/mic"
)

const (
	defaultSoundHz = 16000
	defaultLevel   = Interval(time.Second)
)

// liveKeys are the keys that only a microphone has which is no recording.
func liveKeys() []string { return []string{"rate", "channels", "format"} }

// microphoneKeys are the keys beside microphone.
func microphoneKeys() []string { return append(liveKeys(), "level_every", "repeat") }

// LiveMicrophone says whether the sensor is a microphone that is neither a recording nor simulated.
func (s *Sensor) LiveMicrophone() bool {
	_, _, recorded := Recording(s.Microphone)
	return s.Microphone != "" && s.Microphone != Simulated && !recorded
}

// fillInMicrophone adds a microphone's defaults.
func fillInMicrophone(s *Sensor) {
	if s.Microphone != "" && s.LevelEvery == 0 {
		s.LevelEvery = defaultLevel
	}
	if s.LiveMicrophone() && s.Rate == 0 {
		s.Rate = defaultSoundHz
	}
}

// MicrophoneOptions returns what the sensor says of a live microphone.
func (s *Sensor) MicrophoneOptions() mic.Options {
	o := mic.Options{Device: s.Microphone, Rate: int(s.Rate), Format: string(s.Format)}
	if len(s.Channels) == 1 {
		o.Channels, _ = strconv.Atoi(s.Channels[0]) // which is checked
	}
	return o
}

func (v *validator) microphone(path string, s *Sensor) {
	if s.LevelEvery != Off {
		v.atLeast(path+".level_every", Duration(s.LevelEvery), 100*time.Millisecond)
	}
	if s.Microphone == Simulated {
		v.only(path, []string{"repeat"}, "a recording")
	}
	if !s.LiveMicrophone() {
		v.only(path, liveKeys(), "a live microphone")
		return
	}
	v.only(path, []string{"repeat"}, "a recording")
	v.sound(path, s)
	o := mic.Options{Device: s.Microphone} // other mistakes have places of their own
	if _, err := mic.New(o); err != nil {
		v.errorAt(path+".microphone", "write hw:CARD,DEVICE, name:PART, usb:VENDOR:PRODUCT, any, pulse, pulse:SOURCE, exec:PROGRAM ARGUMENTS, dir:PATH, file:PATH or sim", "%v", err)
	}
}

// only notes those of keys that the file has as keys of something else.
func (v *validator) only(path string, keys []string, owner string) {
	for _, key := range keys {
		if _, given := v.c.places[path+"."+key]; given {
			v.errorAt(path+"."+key, "", "belongs to %s", owner)
		}
	}
}

// sound checks how a live microphone is to sound.
func (v *validator) sound(path string, s *Sensor) {
	if !(s.Rate >= mic.MinRateHz && s.Rate <= mic.MaxRateHz) || s.Rate != math.Trunc(s.Rate) {
		v.errorAt(path+".rate", "", "%v samples a second; want a whole number from %d to %d", s.Rate, mic.MinRateHz, mic.MaxRateHz)
	}
	if len(s.Channels) > 0 {
		n, err := strconv.Atoi(s.Channels[0])
		if err != nil || len(s.Channels) > 1 || n < 1 || n > mic.MaxChannels {
			v.errorAt(path+".channels", "", "want how many, 1 to %d", mic.MaxChannels)
		}
	}
	if s.Format != "" && !slices.Contains(mic.Formats(), string(s.Format)) {
		v.errorAt(path+".format", didYouMean(string(s.Format), mic.Formats()), "%q is not a format of samples", s.Format)
	}
}
