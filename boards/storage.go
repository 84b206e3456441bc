package boards

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// Storage is what a folder lies on.
type Storage struct {
	Mount    string // where it is mounted
	Type     string // of the file system: "ext4", "overlay", "tmpfs"
	Disk     string // "mmcblk0"; empty where it is none of this machine
	Medium   Medium
	ReadOnly bool
	Volatile bool // what is written is lost with the power: memory, or an overlay that writes there
	Wear     Wear
}

// Medium is a kind of disk.
type Medium string

// The kinds. A card wears out soonest.
const (
	SDCard Medium = "SD card"
	EMMC   Medium = "eMMC"
	NVMe   Medium = "NVMe disk"
	Disk   Medium = "disk"
)

// Wear is what an eMMC says of itself (JEDEC JESD84-B51 7.4: EXT_CSD[267], [268] and [269]; life_time and pre_eol_info in
// sysfs). SD cards say nothing.
type Wear struct {
	Known  bool
	Used   int // percent of its life, rounded up to tens: 110 is more than all of it
	PreEOL int // of the blocks it has in reserve: 1 is well, 2 says 80 % used, 3 says 90 %
}

// mount is a line of /proc/self/mountinfo (proc_pid_mountinfo(5)).
type mount struct {
	device, at, kind, source string
	options, super           string
}

// StorageOf says what an absolute path lies on; it need not be there yet.
func StorageOf(root fs.FS, path string) (Storage, error) {
	text, err := read(root, "proc/self/mountinfo", fileLimit)
	if err != nil {
		return Storage{}, fmt.Errorf("boards: %w", err)
	}
	m, ok := under(text, path)
	if !ok {
		return Storage{}, fmt.Errorf("boards: /proc/self/mountinfo: nothing is mounted for %s", path)
	}
	s := Storage{Mount: m.at, Type: m.kind, ReadOnly: has(m.options, "ro") || has(m.super, "ro"), Volatile: inMemory(m.kind)}
	if m.kind == "overlay" {
		if upper, ok := under(text, option(m.super, "upperdir")); ok {
			s.Volatile = inMemory(upper.kind)
			m.device, m.source = upper.device, upper.source
		}
	}
	s.Disk = diskOf(root, &m)
	s.Medium, s.Wear = medium(root, s.Disk)
	return s, nil
}

// under returns the mount that path belongs to: the one with the longest point that path is below, and of those the last.
func under(text, path string) (mount, bool) {
	best, found := mount{}, false
	for line := range strings.Lines(text) {
		m, ok := parseMount(line)
		if ok && below(path, m.at) && len(m.at) >= len(best.at) {
			best, found = m, true
		}
	}
	return best, found
}

func below(path, point string) bool {
	return path != "" && (path == point || strings.HasPrefix(path, strings.TrimSuffix(point, "/")+"/"))
}

// parseMount reads "36 35 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw".
func parseMount(line string) (mount, bool) {
	left, right, ok := strings.Cut(line, " - ")
	l, r := strings.Fields(left), strings.Fields(right)
	if !ok || len(l) < 6 || len(r) < 3 {
		return mount{}, false
	}
	plain := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	return mount{device: l[2], at: plain.Replace(l[4]), options: l[5], kind: r[0], source: r[1], super: r[2]}, true
}

func has(options, want string) bool { return strings.Contains(","+options+",", ","+want+",") }

// option returns the value of key=value in a list with commas.
func option(options, key string) string {
	for o := range strings.SplitSeq(options, ",") {
		if k, v, _ := strings.Cut(o, "="); k == key {
			return v
		}
	}
	return ""
}

func inMemory(kind string) bool { return kind == "tmpfs" || kind == "ramfs" }

// diskOf is the disk that a mounted partition is part of. btrfs has no device number of its own there; its source has one.
func diskOf(root fs.FS, m *mount) string {
	name := setting(attribute(root, "sys/dev/block/"+m.device+"/uevent"), "DEVNAME")
	if name == "" {
		name = strings.TrimPrefix(m.source, "/dev/")
	}
	if !fs.ValidPath(name) || strings.Contains(name, "/") {
		return ""
	}
	for { // mmcblk0p2, nvme0n1p1, sda1
		if _, err := fs.Stat(root, "sys/block/"+name); err == nil {
			return name
		}
		shorter := strings.TrimRight(name, "0123456789")
		if shorter == name {
			shorter = strings.TrimSuffix(name, "p")
		}
		if shorter == name || shorter == "" {
			return ""
		}
		name = shorter
	}
}

// medium says what kind of disk it is, and how worn.
func medium(root fs.FS, disk string) (Medium, Wear) {
	dir := "sys/block/" + disk + "/device/"
	switch {
	case disk == "":
		return "", Wear{}
	case strings.HasPrefix(disk, "nvme"):
		return NVMe, Wear{}
	case !strings.HasPrefix(disk, "mmcblk"):
		return Disk, Wear{}
	case attribute(root, dir+"type") == "MMC":
		return EMMC, wear(root, dir)
	}
	return SDCard, Wear{}
}

// wear reads life_time, "0x01 0x02": tenths of the life that cells of type A and B have used, begun ones counted.
func wear(root fs.FS, dir string) Wear {
	var w Wear
	for f := range strings.FieldsSeq(attribute(root, dir+"life_time")) {
		if n, err := strconv.ParseUint(f, 0, 8); err == nil && n >= 1 && n <= 11 {
			w.Known, w.Used = true, max(w.Used, int(n)*10)
		}
	}
	if n, ok := number(root, dir+"pre_eol_info"); ok && n >= 1 && n <= 3 {
		w.Known, w.PreEOL = true, n
	}
	return w
}

// Clock says how a machine knows the time.
type Clock struct {
	Synchronized bool // systemd-timesyncd has reached a server since the start
	Battery      bool // it has a clock that runs without power
}

// ClockOf looks at a machine's clock. A program other than systemd-timesyncd that sets it leaves no file: adjtimex(2) knows.
func ClockOf(root fs.FS) Clock {
	_, err := fs.Stat(root, "run/systemd/timesync/synchronized")
	return Clock{Synchronized: err == nil, Battery: len(list(root, "sys/class/rtc", "rtc")) > 0}
}
