// Command dataset writes what the simulated room's senses give, prepared as the daemon prepares it, with its truth: the
// sets that the scripts of models/train learn from. Run it in the repository's root:
//
//	go run ./models/train/dataset -out DIR
//
// For each split there is a folder with a meta.json and NumPy arrays, a row for each step of a story:
//
//	eye.npy     uint8    [N,96,96,3]  the picture
//	objects.npy float32  [N,16,5]    what the picture shows: the object's id, and its box as ymin, xmin, ymax, xmax from 0 to 1
//	ear.npy     float32  [N,98,40]    log-mel of the two seconds before, normalised
//	air.npy     float32  [N,64,16]    eight fields of the 64 seconds before, normalised, 0 where missing; then 1 where not
//	labels.npy  uint8    [N,16]       the situations
//	alike.npy   uint8    [N,16]       what only looks or sounds as if it were so
//	tokens.npy  int16    [N,48]       the caption: <begin>, words, <end>, then 0
//
// # Why
//
// The splits tell stories of different seeds, which have nothing in common. Training takes few steps of many stories, for
// it is other homes and other people that a model must learn to expect. What joins the senses learns from stories that the
// encoders have not learned from: in those that they know they are surer than they will ever be again (Wolpert 1992, stacked
// generalization).
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"edged/sensors/sim"
)

// split is one set: stories of seeds from first on, a step every so often.
type split struct {
	name    string
	first   uint64
	stories int
	every   time.Duration
}

func main() {
	out := flag.String("out", "dataset", "the folder to write to")
	train := flag.Int("train", 900, "stories to train encoders on, a step every two seconds")
	fuse := flag.Int("fuse", 300, "stories to train what joins them on, a step a second")
	tune := flag.Int("tune", 40, "stories to choose thresholds on, a step a second")
	test := flag.Int("test", 60, "stories to measure on, a step a second")
	workers := flag.Int("workers", 2, "stories at a time")
	flag.Parse()
	for _, s := range []split{
		{"train", TrainSeed, *train, 2 * time.Second},
		{"fuse", FuseSeed, *fuse, time.Second},
		{"tune", TuneSeed, *tune, time.Second},
		{"test", TestSeed, *test, time.Second},
	} {
		if err := s.write(filepath.Join(*out, s.name), *workers); err != nil {
			fmt.Fprintln(os.Stderr, "dataset:", err)
			os.Exit(1)
		}
	}
}

// Where the seeds of each split begin.
const (
	TrainSeed = 1
	FuseSeed  = 50001
	TuneSeed  = 100001
	TestSeed  = 200001
)

// meta is what meta.json says of a split.
type meta struct {
	Steps      int      `json:"steps"`
	EveryMS    int64    `json:"every_ms"`
	Situations []string `json:"situations"`
	Fields     []string `json:"fields"`
	Objects    []string `json:"objects"`
	Tokens     []string `json:"tokens"`
	Stories    []part   `json:"stories"`
}

// part is the steps of one story.
type part struct {
	Seed  uint64 `json:"seed"`
	First int    `json:"first"`
	Steps int    `json:"steps"`
}

func (s *split) meta() meta {
	m := meta{EveryMS: s.every.Milliseconds(), Situations: sim.Situations(), Fields: fields[:], Objects: objects, Tokens: tokens()}
	each := int(storyLength / s.every)
	for i := range s.stories {
		m.Stories = append(m.Stories, part{s.first + uint64(i), i * each, each})
	}
	m.Steps = s.stories * each
	return m
}

func (s *split) write(dir string, workers int) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	m := s.meta()
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "meta.json"), text, 0o666); err != nil {
		return err
	}
	arrays, err := createArrays(dir, m.Steps)
	if err != nil {
		return err
	}
	return errors.Join(s.tell(m, arrays, workers), arrays.Close())
}

// tell shares the stories among workers.
func (s *split) tell(m meta, to *arrays, workers int) error {
	start := time.Now()
	todo := make(chan part, len(m.Stories))
	for _, p := range m.Stories {
		todo <- p
	}
	close(todo)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			for p := range todo {
				if errs[i] = tell(p, s.every, to); errs[i] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	fmt.Printf("%s: %d stories, %d steps in %.0f s\n", s.name, len(m.Stories), m.Steps, time.Since(start).Seconds())
	return errors.Join(errs...)
}
