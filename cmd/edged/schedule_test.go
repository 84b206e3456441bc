package main

import (
	"testing"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/models"
	"edged/pipelines"
)

func TestSchedule(t *testing.T) {
	p := &config.Pipeline{Every: config.Duration(500 * time.Millisecond)}
	fast, slow := &sensor{period: 100 * time.Millisecond}, &sensor{period: 2 * time.Second}
	for _, tt := range []struct {
		name string
		all  []*sensor
		c    config.Encoder
		want pipelines.Encoder
	}{
		{"the pipeline's pace", []*sensor{fast}, config.Encoder{Threads: 1}, pipelines.Encoder{Period: 500 * time.Millisecond, Cores: 1}},
		{"its own pace", []*sensor{fast}, config.Encoder{Threads: 3, Every: config.Duration(time.Second)}, pipelines.Encoder{Period: time.Second, Cores: 3}},
		{"its sensor's pace", []*sensor{slow}, config.Encoder{Threads: 1}, pipelines.Encoder{Period: 2 * time.Second, Cores: 1}},
		{"that of the faster of two", []*sensor{slow, fast}, config.Encoder{Threads: 1}, pipelines.Encoder{Period: 500 * time.Millisecond, Cores: 1}},
		{"an accelerator", []*sensor{fast}, config.Encoder{Threads: 1, Delegate: &config.Delegate{Name: "edgetpu"}}, pipelines.Encoder{Period: 500 * time.Millisecond, Cores: -1}},
		{"XNNPACK, which is none", []*sensor{fast}, config.Encoder{Threads: 2, Delegate: &config.Delegate{Name: "xnnpack"}}, pipelines.Encoder{Period: 500 * time.Millisecond, Cores: 2}},
		{"a gate", []*sensor{fast}, config.Encoder{Threads: 1, Gate: &config.Gate{Level: -40}},
			pipelines.Encoder{Period: 500 * time.Millisecond, Cores: 1, Gate: pipelines.Gate{Level: -40}}},
	} {
		got := schedule(tt.all, &tt.c, p)
		if got.Period != tt.want.Period || got.Cores != tt.want.Cores || got.Gate != tt.want.Gate {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestFullScale(t *testing.T) {
	for _, tt := range []struct {
		in   models.Input
		want float64
	}{
		{models.Input{}, 1},
		{models.Input{Mean: []float64{127.5}, Std: []float64{127.5}}, 2},
		{models.Input{Mean: []float64{104, 117, 123}}, 255},
		{models.Input{Std: []float64{51, 85, 51}}, 3},
	} {
		if got := fullScale(tt.in); got != tt.want {
			t.Errorf("mean %v, std %v: got %v, want %v", tt.in.Mean, tt.in.Std, got, tt.want)
		}
	}
}
