package replay

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

func openReadings(t *testing.T, text string, o Options) *Readings {
	t.Helper()
	o.FS = folder(map[string][]byte{"a.csv": []byte(text)})
	r, err := OpenReadings("in", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// show writes a reading as "1.5s: temperature 25.08 °C, pressure 100653 Pa".
func show(r *sensors.Reading, began time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v:", r.Time.Sub(began))
	for i, v := range r.Values {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " %s %v %s", v.Name, v.Value, v.Unit)
	}
	return b.String()
}

func TestSeries(t *testing.T) {
	tests := []struct {
		name string
		text string
		o    Options
		want []string
	}{
		{"seconds", "time,temperature[°C],pressure[Pa]\n0,25.08,100653\n0.5,25.1,100650\n2,25,1e5\n", Options{}, []string{
			"0s: temperature 25.08 °C, pressure 100653 Pa", "500ms: temperature 25.1 °C, pressure 100650 Pa",
			"2s: temperature 25 °C, pressure 100000 Pa"}},
		{"seconds that do not begin at 0", "humidity[%],time[s]\n40,1700000000.25\n41,1700000001\n", Options{}, []string{
			"0s: humidity 40 %", "750ms: humidity 41 %"}},
		{"RFC 3339", "Time,co2[ppm]\n2024-03-31T01:59:59+01:00,400\n2024-03-31T03:00:00.5+02:00,410\n", Options{}, []string{
			"0s: co2 400 ppm", "1.5s: co2 410 ppm"}},
		{"no times", "x[g]\n1\n2\n3\n", Options{Every: 20 * time.Millisecond}, []string{"0s: x 1 g", "20ms: x 2 g", "40ms: x 3 g"}},
		{"no times, no pace", "x\n1\n2\n", Options{}, []string{"0s: x 1 ", "1s: x 2 "}},
		{"cells left empty", "a,b\n1,\n,\n,2\n", Options{}, []string{"0s: a 1 ", "1s: b 2 "}},
		{"spreadsheet's hand", "\ufeff\"time\", \"a [lx]\" \r\n# a remark\r\n\r\n\"0\", 7\r\n1,8", Options{}, []string{
			"0s: a 7 lx", "1s: a 8 lx"}},
		{"fast", "time,a\n0,1\n3600,2\n", Options{Pace: Fast}, []string{"0s: a 1 ", "1h0m0s: a 2 "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := openReadings(t, tt.text, tt.o)
				began := time.Now()
				var reading sensors.Reading
				for i, want := range tt.want {
					if err := r.Read(t.Context(), &reading); err != nil {
						t.Fatal(err)
					}
					if got := show(&reading, began); got != want {
						t.Errorf("reading %d: got %q, want %q", i, got, want)
					}
					if tt.o.Pace == RealTime && !reading.Time.Equal(time.Now()) {
						t.Errorf("reading %d: got it at %v, want at its time, %v", i, time.Now(), reading.Time)
					}
				}
				if err := r.Read(t.Context(), &reading); err != io.EOF {
					t.Errorf("got error %v at the end, want EOF", err)
				}
			})
		})
	}
}

func TestSeriesRepeated(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string // times of six readings
	}{
		{"the last distance again", "time,a\n5,1\n6,2\n8,3\n", "0s 1s 3s 5s 6s 8s"},
		{"one row", "time,a\n5,1\n", "0s 1s 2s 3s 4s 5s"},
		{"rows of one time", "time,a\n5,1\n5,2\n", "0s 0s 1s 1s 2s 2s"},
		{"no times", "a\n1\n2\n", "0s 1s 2s 3s 4s 5s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := openReadings(t, tt.text, Options{Repeat: true})
				began := time.Now()
				var got []string
				for range 6 {
					var reading sensors.Reading
					if err := r.Read(t.Context(), &reading); err != nil {
						t.Fatal(err)
					}
					got = append(got, reading.Time.Sub(began).String())
				}
				if got := strings.Join(got, " "); got != tt.want {
					t.Errorf("got readings at %s, want %s", got, tt.want)
				}
			})
		})
	}
}

func TestBadRows(t *testing.T) {
	text := "time,a[g],b\n0,1,2\n1,one,2\n2,1\n3,1,2,3\nthen,1,2\n2.5,nan,2\n" +
		"1e300,1,2\n4,5,6\n3.9,1,2\n-1e300,1,2\n" +
		strings.Repeat("7", maxLine+10) + "\n5,7,8\n"
	got, errs := drain(t, openReadings(t, text, Options{Pace: Fast}))
	wantErrors(t, errs,
		`in/a.csv: line 3: column "a": "one" is not a number`,
		`line 4: 2 cells, want 3`,
		`line 5: 4 cells, want 3`,
		`line 6: column "time": "then" is not a number`,
		`line 7: column "a": "nan" is not a number`,
		`line 8: column "time": "1e300" is more than 87600h0m0s after`,
		`line 10: column "time": "3.9" goes back by 100ms`,
		`line 11: column "time": "-1e300" goes back by`,
		`line 12: longer than 65536 bytes`)
	if len(got) != 3 || got[2].Time.Sub(got[0].Time) != 5*time.Second {
		t.Errorf("got %v, want the three good rows, 5s from first to last", got)
	}
}

func TestMixedTimes(t *testing.T) {
	text := "time,a\nsoon,0\n2024-01-01T00:00:00Z,1\n5,2\n2024-01-01T00:00:03Z,3\n"
	got, errs := drain(t, openReadings(t, text, Options{Pace: Fast}))
	wantErrors(t, errs, `line 2: column "time": "soon" is neither seconds nor RFC 3339`, `line 4: column "time": "5" is neither`)
	if len(got) != 2 || got[1].Time.Sub(got[0].Time) != 3*time.Second {
		t.Errorf("got %v, want two readings 3s apart", got)
	}
}

func TestBadHeaders(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"nothing", "", "no header row"},
		{"remarks alone", "# a\n\n# b\n", "no header row"},
		{"numbers", "1,2,3\n4,5,6\n", `line 1: header: column 1 is called "1": is there no header row?`},
		{"a column without a name", "a,,b\n", "header: column 2 has no name"},
		{"a unit without a name", "[Pa]\n", "header: column 1 has no name"},
		{"two of a name", "a[g],a[lx]\n", `two columns are called "a"`},
		{"time alone", "time\n1\n", "no column but the time"},
		{"not text", "a\xff\n", "header is not UTF-8"},
		{"too long", strings.Repeat("a", maxLine+1), "longer than 65536 bytes"},
		{"too many", manyColumns(maxColumns + 1), "more than 256 columns"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := OpenReadings("in/a.csv", Options{FS: folder(map[string][]byte{"a.csv": []byte(tt.text)})})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "replay: in/a.csv: line") {
				t.Errorf("got error %v, want %q in it, behind the file and line", err, tt.want)
			}
		})
	}
}

func manyColumns(n int) string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprint("c", i))
	}
	return strings.Join(names, ",")
}

func FuzzReadings(f *testing.F) {
	f.Add("time,temperature[°C]\n0,25.08\n1,25.1\n")
	f.Add("\ufefftime,a\n2024-01-01T00:00:00Z,1\n2024-01-01T00:00:01Z,\n")
	f.Add("a,b\n1,2\n\n#\n3\n-0,1e308\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := OpenReadings("in", Options{Pace: Fast, FS: folder(map[string][]byte{"a.csv": []byte(text)})})
		if err != nil {
			return
		}
		defer r.Close()
		var last time.Time
		for {
			var reading sensors.Reading
			err := r.Read(t.Context(), &reading)
			if err == io.EOF {
				return
			}
			if err != nil {
				continue
			}
			if len(reading.Values) == 0 || reading.Time.Before(last) {
				t.Fatalf("got %v after %v, want values and a later time", reading, last)
			}
			last = reading.Time
		}
	})
}
