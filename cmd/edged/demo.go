package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
	"edged/sensors/sim/cartoon"
)

// demoConfig is what edged demo runs, with the story's files beside it.
const demoConfig = `
device: { id: demo }
mqtt: { broker: embedded }
sensors:
  cam: { camera: "dir:` + cartoon.FramesDir + `", rate: 2, repeat: true }
  mic: { microphone: "file:` + cartoon.SoundFile + `", repeat: true }
  air: { i2c: sim, chip: bme280, series: ` + cartoon.AirFile + ` }
pipelines:
  room:
    every: 500ms
    encoders:
      - { sensor: cam, model: demo-eye }
      - { sensor: mic, model: demo-ear }
      - { sensor: air, model: demo-air }
    heads: { labels: { threshold: 0.5, top: 1 } }
`

func newDemo(a *app) *cobra.Command {
	var flags daemonFlags
	var seed uint64
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the daemon on a made-up room: no hardware, no broker, no config",
		Long: `Run the whole daemon on a made-up room, until SIGINT or --for: pictures, sound and readings that edged draws and
synthesises itself, three tiny built-in models, and an embedded MQTT broker on the loopback interface. What arrives at
the broker is printed, one message a line: time, topic below edged/demo/, and what it says.

The same --seed tells the same story.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel, log, err := flags.begin(cmd.Context(), a.err)
			if err != nil {
				return err
			}
			defer cancel()
			return a.demo(ctx, log, seed)
		},
	}
	flags.add(cmd, "warn")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "of the story")
	return cmd
}

// demo tells a story in files of a temporary folder and runs the daemon on them.
func (a *app) demo(ctx context.Context, log *slog.Logger, seed uint64) (err error) {
	dir, err := os.MkdirTemp("", "edged-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if _, err := cartoon.Write(dir, cartoon.Options{Seed: seed}); err != nil {
		return err
	}
	c, err := config.Parse(filepath.Join(dir, "edged.yaml"), []byte(demoConfig))
	if err != nil {
		return err
	}
	show := &display{w: a.out}
	d, err := newDaemon(c, surroundings{log: log, env: a.env, tap: show.message})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.err, "edged: a made-up room, seed %d; its broker is %s\n", seed, d.broker.URL())
	return errors.Join(d.run(ctx), d.Close())
}

// display prints messages as they reach the broker.
type display struct {
	mu sync.Mutex
	w  io.Writer
}

// message prints one message, but for those that only machines read.
func (d *display) message(topic string, payload []byte) {
	text, ok := summary(topic, payload)
	if !ok {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	fmt.Fprintf(d.w, "%s  %-14s %s\n", time.Now().Format("15:04:05.000"), strings.TrimPrefix(topic, "edged/demo/"), text)
}

// summary says in a few words what a message says; ok is false for what is too long for that.
func summary(topic string, payload []byte) (text string, ok bool) {
	var said struct {
		Sensor  string
		Caption string
		Labels  []struct {
			Name  string
			Score float64
		}
		Values map[string]struct {
			Value float64
			Unit  string
		}
		Degraded []string
	}
	switch topic[strings.LastIndexByte(topic, '/')+1:] {
	case "availability":
		return string(payload), true
	case "labels", "caption", "reading":
	default:
		return "", false
	}
	if err := json.Unmarshal(payload, &said); err != nil {
		return err.Error(), true
	}
	words := []string{}
	if said.Sensor != "" {
		words = append(words, said.Sensor+":")
	}
	if said.Caption != "" {
		return strings.Join(append(append(words, said.Caption), said.Degraded...), "  "), true
	}
	for _, l := range said.Labels {
		words = append(words, fmt.Sprintf("%s %.2f", l.Name, l.Score))
	}
	for _, name := range slices.Sorted(maps.Keys(said.Values)) {
		words = append(words, fmt.Sprintf("%s %.1f %s", name, said.Values[name].Value, said.Values[name].Unit))
	}
	return strings.Join(append(words, said.Degraded...), "  "), true
}
