package boards

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// fixture reads a file of testdata: what stands before its first file, and the files.
func fixture(t *testing.T, name string) (string, fstest.MapFS) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	parts := regexp.MustCompile(`(?m)^-- (.+) --\n`).Split(string(text), -1)
	names := regexp.MustCompile(`(?m)^-- (.+) --\n`).FindAllStringSubmatch(string(text), -1)
	root := fstest.MapFS{}
	for i, n := range names {
		root[n[1]] = &fstest.MapFile{Data: []byte(bytesOf(parts[i+1]))}
	}
	return parts[0], root
}

// bytesOf puts bytes in the places of \x00.
func bytesOf(text string) string {
	return regexp.MustCompile(`\\x[0-9a-f]{2}`).ReplaceAllStringFunc(text, func(s string) string {
		n, err := strconv.ParseUint(s[2:], 16, 8)
		if err != nil {
			panic(err)
		}
		return string([]byte{byte(n)})
	})
}

// describe says all that is known of a machine.
func describe(root fs.FS) string {
	m, err := Detect(root)
	var b strings.Builder
	fmt.Fprintf(&b, "board      %s, %s: %q\n", m.Board.Name, m.Board.Support.Tier, m.Model)
	fmt.Fprintf(&b, "system     %s, kernel %s of %s, programs of %s, mixed %t\n", m.System.OS, m.System.Kernel, m.System.Arch, m.System.Userland, m.System.Mixed())
	for _, c := range m.CPU.Clusters {
		fmt.Fprintf(&b, "cpu        %d %s at %d kHz\n", c.Count, c.Core, c.MaxKHz)
	}
	fmt.Fprintf(&b, "features   asimd %t, asimddp %t, avx2 %t\n", m.CPU.Has("asimd"), m.CPU.Has("asimddp"), m.CPU.Has("avx2"))
	fmt.Fprintf(&b, "memory     %d MiB, %d free, %d swap, pages of %d\n", m.Memory.Total>>20, m.Memory.Available>>20, m.Memory.Swap>>20, m.Memory.Page)
	fmt.Fprintf(&b, "user       %s, root %t, %s\n", m.User.Name, m.User.Root, strings.Join(m.User.Groups, " "))
	limiting := m.Board.Limiting(m.Zones)
	for _, z := range limiting {
		passive, _ := z.Trip("passive")
		critical, _ := z.Trip("critical")
		fmt.Fprintf(&b, "heat       %s %d, known %t, passive %d, critical %d\n", z.Type, z.Milli, z.Known, passive, critical)
	}
	fmt.Fprintf(&b, "zones      %d of %d count\nthrottled  %s, told %#x\n", len(limiting), len(m.Zones), m.Throttled, uint32(m.Tells))
	if m.PowerMode != "" {
		fmt.Fprintf(&b, "power      %s\n", m.PowerMode)
	}
	for _, a := range m.Accelerators {
		fmt.Fprintf(&b, "has        %s\n", a.Name)
	}
	s, storageErr := StorageOf(root, "/var/lib/edged")
	fmt.Fprintf(&b, "state      %s on %s, %s %q, read-only %t, volatile %t\n", s.Type, s.Mount, s.Medium, s.Disk, s.ReadOnly, s.Volatile)
	if s.Wear.Known {
		fmt.Fprintf(&b, "wear       %d %%, reserve %d\n", s.Wear.Used, s.Wear.PreEOL)
	}
	fmt.Fprintf(&b, "clock      %+v\n", ClockOf(root))
	if err != nil || storageErr != nil {
		fmt.Fprintf(&b, "errors     %v %v\n", err, storageErr)
	}
	return b.String()
}

func TestBoards(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 15 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		t.Run(name, func(t *testing.T) {
			want, root := fixture(t, name)
			got := describe(root)
			if got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			if os.Getenv("UPDATE_FIXTURES") != "" {
				text, err := os.ReadFile(path)
				if err == nil {
					err = os.WriteFile(path, []byte(got+strings.TrimPrefix(string(text), want)), 0o644)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestProfilesAreWhole keeps each profile as complete as the others, and each string of a device tree with one of them.
func TestProfilesAreWhole(t *testing.T) {
	known := map[string]string{}
	for _, p := range Profiles() {
		for _, c := range p.Compatible {
			if known[c] != "" {
				t.Errorf("%s and %s have %s", known[c], p.ID, c)
			}
			known[c] = p.ID
		}
		if p.ID == "generic" {
			continue
		}
		if p.Name == "" || p.SoC == "" || len(p.Cores) == 0 || len(p.Memory) == 0 || len(p.Cameras) == 0 || len(p.Zones) == 0 || p.Support.Tested == "" {
			t.Errorf("%s lacks something: %+v", p.ID, p)
		}
		if _, err := os.Stat("testdata/" + p.ID + ".txtar"); err != nil && p.ID != "rock-5" && p.ID != "raspberry-pi-4" {
			t.Error(err)
		}
	}
	if last := Profiles(); last[len(last)-1].ID != "generic" {
		t.Error("the last profile is not the general one")
	}
}

func TestDetectWithoutProc(t *testing.T) {
	m, err := Detect(fstest.MapFS{})
	if err == nil || m.Board == nil || m.Board.ID != "generic" {
		t.Errorf("got %v, %v, want an error and the general board", m.Board, err)
	}
	if _, err := StorageOf(fstest.MapFS{}, "/"); err == nil {
		t.Error("got storage without /proc")
	}
	if m, err := Detect(fstest.MapFS{"proc/version": {}}); err != nil || m.CPU.Count() != 0 {
		t.Errorf("an empty /proc: %v, %v", m, err)
	}
	if _, err := Detect(fstest.MapFS{"proc/cpuinfo/x": {}}); err == nil || !strings.Contains(err.Error(), "cpuinfo") {
		t.Errorf("/proc/cpuinfo is a folder: got %v", err)
	}
}

func TestGroups(t *testing.T) {
	_, root := fixture(t, "raspberry-pi-5")
	if got := Groups(root, "video", "i2c", "render"); strings.Join(got, " ") != "video i2c" {
		t.Errorf("got %v", got)
	}
}

// TestThisMachine reads the machine that runs the test: it has a processor and memory.
func TestThisMachine(t *testing.T) {
	m, err := Detect(os.DirFS("/"))
	if err != nil || m.CPU.Count() == 0 || m.Memory.Total == 0 || m.User.Name == "" || m.System.Kernel == "" {
		t.Errorf("got %+v, %v", m, err)
	}
	if s, err := StorageOf(os.DirFS("/"), t.TempDir()); err != nil || s.Type == "" {
		t.Errorf("got %+v, %v", s, err)
	}
}

// FuzzFiles has all files say the same nonsense.
func FuzzFiles(f *testing.F) {
	f.Add("1 1 1:1 / / rw - overlay x upperdir=/", "0x")
	f.Add("processor\t: 0\n\nprocessor\t: 99999999999999999999\nFeatures\t:\n", "-1")
	f.Add("pmode:", "ffffffffffffffffffff")
	f.Add("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00", "\x00\x00")
	f.Fuzz(func(t *testing.T, long, short string) {
		root := fstest.MapFS{}
		for _, name := range []string{
			"proc/cpuinfo", "proc/meminfo", "proc/self/status", "proc/self/mountinfo", "proc/self/smaps", "etc/os-release", "etc/group",
			"etc/nvpmodel.conf", "usr/bin/env",
		} {
			root[name] = &fstest.MapFile{Data: []byte(long)}
		}
		for _, name := range []string{
			"proc/device-tree/compatible", "proc/sys/kernel/osrelease", "sys/class/thermal/thermal_zone0/type", "sys/class/thermal/thermal_zone0/temp",
			"sys/class/thermal/thermal_zone0/trip_point_0_type", "sys/class/thermal/thermal_zone0/trip_point_0_temp", "var/lib/nvpmodel/status",
			"sys/devices/platform/soc/soc:firmware/get_throttled", "sys/block/mmcblk0/device/type", "sys/block/mmcblk0/device/life_time",
			"sys/block/mmcblk0/device/pre_eol_info", "sys/dev/block/1:1/uevent", "sys/bus/usb/devices/1-1/idVendor",
		} {
			root[name] = &fstest.MapFile{Data: []byte(short)}
		}
		describe(root)
		if th, err := OpenThermal(root, find(nil, "")); err == nil {
			if n, err := th.Read(); err == nil && !sensible(n) {
				t.Errorf("%q is %d", short, n)
			}
		}
	})
}
