package boards

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// onDisk puts files into a folder, where they can change.
func onDisk(t *testing.T, files map[string]string) (string, func(name, text string)) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		write(name, text)
	}
	return dir, write
}

func TestThermalReadsTheHottest(t *testing.T) {
	dir, write := onDisk(t, map[string]string{
		"sys/class/thermal/thermal_zone0/type": "CPU-therm\n", "sys/class/thermal/thermal_zone0/temp": "41500\n",
		"sys/class/thermal/thermal_zone1/type": "PMIC-Die\n", "sys/class/thermal/thermal_zone1/temp": "100000\n",
		"sys/class/thermal/thermal_zone2/type": "cpu-thermal\n", "sys/class/thermal/thermal_zone2/temp": "40000\n",
	})
	th, err := OpenThermal(os.DirFS(dir), find([]string{"nvidia,jetson-nano"}, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer th.Close()
	if got := strings.Join(th.Types(), " "); got != "CPU-therm cpu-thermal" {
		t.Errorf("zones %q", got)
	}
	for _, step := range []struct {
		first, second string
		want          int
		fails         bool
	}{
		{"41500\n", "40000\n", 41500, false},
		{"41500\n", "75250\n", 75250, false},
		{"-5000\n", "", -5000, false},
		{"", "3 pigs\n", 0, true},
		{"400000\n", "99999999999999999999\n", 0, true},
	} {
		write("sys/class/thermal/thermal_zone0/temp", step.first)
		write("sys/class/thermal/thermal_zone2/temp", step.second)
		got, err := th.Read()
		if got != step.want || (err != nil) != step.fails {
			t.Errorf("%q, %q: got %d, %v, want %d", step.first, step.second, got, err, step.want)
		}
	}
	if _, err := OpenThermal(fstest.MapFS{}, find(nil, "")); !errors.Is(err, ErrNoThermal) {
		t.Errorf("got %v without zones", err)
	}
}

func TestThrottleTellsNowFromBefore(t *testing.T) {
	const firmware = "sys/devices/platform/soc/soc:firmware/get_throttled"
	const events = "sys/class/hwmon/hwmon0/oc3_event_cnt"
	dir, write := onDisk(t, map[string]string{
		firmware: "0\n", "sys/class/hwmon/hwmon0/name": "soctherm_oc\n", events: "0\n",
		"sys/class/thermal/cooling_device0/type": "cpufreq-cpu0\n", "sys/class/thermal/cooling_device0/cur_state": "0\n",
	})
	th, err := OpenThrottle(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer th.Close()
	for _, step := range []struct{ firmware, events, cooling, want string }{
		{"0", "0", "0", "none"},
		{"50005", "0", "0", "under-voltage, throttled"},
		{"50000", "0", "0", "none now; since the start under-voltage, throttled"},
		{"0", "2", "0", "over-current"},
		{"0", "2", "0", "none now; since the start over-current"},
		{"0", "3", "0", "over-current"},
		{"e0008", "3", "1", "frequency capped, near the temperature limit; since the start also over-current, throttled"},
		{"fffffff0", "3", "0", "none now; since the start under-voltage, over-current, frequency capped, throttled, near the temperature limit"},
	} {
		write(firmware, step.firmware+"\n")
		write(events, step.events+"\n")
		write("sys/class/thermal/cooling_device0/cur_state", step.cooling+"\n")
		if got, err := th.Read(); got.String() != step.want || err != nil {
			t.Errorf("%+v: got %q, %v", step, got, err)
		}
	}
	write(firmware, "0x5\n")
	if got, err := th.Read(); err == nil || got.Now() != 0 {
		t.Errorf("a number that is none: got %v, %v", got, err)
	}
	if _, err := OpenThrottle(fstest.MapFS{}); !errors.Is(err, ErrNoThrottle) {
		t.Errorf("got %v without files", err)
	}
}

// TestWatchingAllocatesNothing is what a governor counts on, which looks once a second for years.
func TestWatchingAllocatesNothing(t *testing.T) {
	dir, _ := onDisk(t, map[string]string{
		"sys/class/thermal/thermal_zone0/type": "cpu-thermal\n", "sys/class/thermal/thermal_zone0/temp": "41500\n",
		"sys/class/thermal/cooling_device0/type": "cpufreq-cpu0\n", "sys/class/thermal/cooling_device0/cur_state": "2\n",
		"sys/devices/platform/soc/soc:firmware/get_throttled": "50000\n",
	})
	heat, err := OpenThermal(os.DirFS(dir), find(nil, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer heat.Close()
	held, err := OpenThrottle(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if n := testing.AllocsPerRun(100, func() {
		_, err := heat.Read()
		_, err2 := held.Read()
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
	}); n != 0 {
		t.Errorf("got %v allocations for a look, want none", n)
	}
}
