package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"time"

	"edged/sensors"
	"edged/sensors/replay"
	"edged/sensors/sim/chips"
)

// seriesChip is a simulated chip in surroundings that change as a series says, over and over. It is set when somebody
// asks it, so that no goroutine need turn the time.
type seriesChip struct {
	chip   chips.Chip
	rows   []sensors.Reading // at least one, in the order of their times
	length time.Duration     // of the series
	began  time.Time         // zero before the first transfer
	row    int               // that the chip feels, -1 before the first transfer
}

// maxRows bounds the memory of a series; it is eleven days of seconds.
const maxRows = 1_000_000

// newSeriesChip lets chip feel what the CSV file at path says.
func newSeriesChip(chip chips.Chip, path string) (*seriesChip, error) {
	source, err := replay.OpenReadings(path, replay.Options{Pace: replay.Fast})
	if err != nil {
		return nil, err
	}
	s := &seriesChip{chip: chip, row: -1}
	err = errors.Join(s.load(source), source.Close())
	if err == nil && len(s.rows) == 0 {
		err = fmt.Errorf("%s has no rows", path)
	}
	if err != nil {
		return nil, err
	}
	last := len(s.rows) - 1
	step := time.Second
	if last > 0 {
		step = max(s.rows[last].Time.Sub(s.rows[last-1].Time), time.Millisecond)
	}
	s.length = s.at(last) + step
	return s, nil
}

func (s *seriesChip) load(source *replay.Readings) error {
	for {
		var r sensors.Reading
		err := source.Read(context.Background(), &r)
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case len(s.rows) == maxRows:
			return fmt.Errorf("a series of more than %d rows", maxRows)
		}
		s.rows = append(s.rows, r)
	}
}

// at is the time of a row from the first one.
func (s *seriesChip) at(row int) time.Duration { return s.rows[row].Time.Sub(s.rows[0].Time) }

// Tx is one transfer with the chip as it feels now.
func (s *seriesChip) Tx(w, r []byte) error {
	now := time.Now()
	if s.began.IsZero() {
		s.began = now
	}
	t := now.Sub(s.began) % s.length
	row := sort.Search(len(s.rows), func(i int) bool { return s.at(i) > t }) - 1
	if row != s.row {
		s.row = row
		chips.Feel(s.chip, s.rows[row].Values)
	}
	return s.chip.Tx(w, r)
}
