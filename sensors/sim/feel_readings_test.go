package sim

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// fireAir is that of a fire's room, none of whose chips falls silent.
func fireAir() *Air {
	a := NewAir(told(2, aFire))
	for i := range a.chips {
		a.chips[i].from, a.chips[i].to = 0, 0
	}
	return a
}

func TestReadingsOfEachChip(t *testing.T) {
	a := fireAir()
	for chip, name := range airChipNames {
		r, err := NewReadings(a, ReadingsOptions{Chip: name, Fast: true})
		if err != nil {
			t.Fatal(err)
		}
		var got sensors.Reading
		n := 0
		for ; ; n++ {
			err := r.Read(t.Context(), &got)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			at := a.chips[chip].phase + time.Duration(n)*airEvery[chip]
			felt := a.Feel(at, nil)
			for _, v := range got.Values {
				if !slices.Contains(felt, v) {
					t.Fatalf("%s at %v: got %+v, want one of %+v", name, at, v, felt)
				}
			}
		}
		if want := int((a.story.Length - a.chips[chip].phase + airEvery[chip] - 1) / airEvery[chip]); n != want {
			t.Errorf("%s: %d readings, want %d", name, n, want)
		}
	}
}

// TestReadingsOfTheBox are as many as seconds, each with what was measured in that second.
func TestReadingsOfTheBox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		r, err := NewReadings(fireAir(), ReadingsOptions{Begin: begin})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10500 * time.Millisecond) // what is past is not given
		var got sensors.Reading
		with := map[string]int{}
		for second := 11 * sec; second < r.air.story.Length; second += sec {
			if err := r.Read(t.Context(), &got); err != nil {
				t.Fatal(err)
			}
			if !got.Time.Equal(begin.Add(second)) || !time.Now().Equal(got.Time) {
				t.Fatalf("got a reading of %v at %v, want %v", got.Time.Sub(begin), time.Since(begin), second)
			}
			for _, v := range got.Values {
				with[v.Name]++
			}
		}
		if err := r.Read(t.Context(), &got); err != io.EOF {
			t.Errorf("got %v behind the end, want EOF", err)
		}
		if with["temperature"] != 169 || with["shock"] != 169 || with["co2"] < 33 || with["co2"] > 34 {
			t.Errorf("got %v values in 169 s", with)
		}
	})
}

func TestReadingsStartOver(t *testing.T) {
	r, err := NewReadings(fireAir(), ReadingsOptions{Chip: "bh1750", Fast: true, Repeat: true, Every: 90 * sec})
	if err != nil {
		t.Fatal(err)
	}
	var first, again sensors.Reading
	for i := range 3 {
		if err := r.Read(t.Context(), &again); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			sensors.Copy(&first, &again)
		}
	}
	if first.Values[0] != again.Values[0] || again.Time.Sub(first.Time) != 3*time.Minute {
		t.Errorf("got %+v after three minutes, want %+v", again, first)
	}
}

// TestSilentChipGivesNothing also ends a Read that waits for it.
func TestSilentChipGivesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := fireAir()
		a.chips[airSGP30] = airChip{phase: 0, from: 2 * sec, to: 30 * sec}
		r, err := NewReadings(a, ReadingsOptions{Chip: "sgp30"})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		var got sensors.Reading
		for range 3 {
			if err := r.Read(t.Context(), &got); err != nil {
				t.Fatal(err)
			}
		}
		if got.Time.Sub(begin) != 30*sec {
			t.Errorf("the third reading is of %v, want 30 s", got.Time.Sub(begin))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := r.Read(ctx, &got); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline's", err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if err := r.Read(t.Context(), &got); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("got %v, want closed", err)
		}
	})
}

func TestReadingsRefuse(t *testing.T) {
	for _, o := range []ReadingsOptions{{Chip: "ccs811"}, {Every: -sec}} {
		if _, err := NewReadings(fireAir(), o); err == nil {
			t.Errorf("%+v is taken", o)
		} else {
			t.Log(err)
		}
	}
}
