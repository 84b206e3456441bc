package train

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"edged/pipelines/decode"
	"edged/pipelines/prep"
	"edged/sensors"
)

// TestOccupancy holds the int8 model on the test part of its data, prepared as the daemon does. Candanedo and Feldheim 2016
// report 95 to 99 %; the card has what scripts/train measured.
func TestOccupancy(t *testing.T) {
	const floor = 0.97
	rows := occupancy(t)
	session, card := bundled(t, "room-occupancy")
	p, err := prep.NewVector(session.Signature().Inputs[0], card.Input, prep.Options{})
	if err != nil {
		t.Fatal(err)
	}
	head, err := decode.NewLabels(session.Signature().Outputs[0], card.Labels, decode.Options{Top: 1})
	if err != nil {
		t.Fatal(err)
	}
	right, all := 0, 0
	for _, r := range rows {
		if err := p.Add(&r.Reading); err != nil {
			t.Fatal(err)
		}
		_, ok, err := p.Next(session.Input(0))
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			continue
		}
		all++
		if labelled(t, session, head) == card.Labels[r.occupied] {
			right++
		}
	}
	got := float64(right) / float64(all)
	t.Logf("%d of %d right, %.2f %%", right, all, 100*got)
	if said := card.Made.Metrics["accuracy"]; all != len(rows)-7 || got < floor || got < said-0.001 || got > said+0.001 {
		t.Errorf("got %.4f of %d windows right, want %.4f as the card says, and %v", got, all, said, floor)
	}
}

// occupied is a row of the data.
type occupied struct {
	sensors.Reading
	occupied int // 0 or 1
}

// occupancy reads the test part: number, date, temperature, humidity, light, CO₂, humidity ratio, occupancy.
func occupancy(t *testing.T) (all []occupied) {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "corpus", "datasets", "occupancy", "datatest.txt"))
	if err != nil {
		t.Skipf("the corpus is not there: %v", err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.FieldsPerRecord = -1 // the header lacks the number
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		var o occupied
		if o.Time, err = time.Parse(time.DateTime, row[1]); err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{"temperature", "humidity", "illuminance", "co2"} {
			v, err := strconv.ParseFloat(row[2+i], 64)
			if err != nil {
				t.Fatal(err)
			}
			o.Values = append(o.Values, sensors.Value{Name: name, Value: v})
		}
		if o.occupied, err = strconv.Atoi(row[7]); err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}
