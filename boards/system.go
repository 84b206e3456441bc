package boards

import (
	"encoding/binary"
	"io/fs"
	"slices"
	"strings"
)

// System is what runs on a board.
type System struct {
	OS       string // os-release's PRETTY_NAME: "Debian GNU/Linux 13 (trixie)"
	ID       string // os-release's ID: "debian"
	Kernel   string // its release: "6.12.34+rpt-rpi-v8"
	Arch     string // the kernel's, in Go's words: arm64, arm, amd64
	Userland string // that of the installed programs
}

// Mixed says that the programs are of 32 bits on a kernel of 64.
func (s *System) Mixed() bool {
	return s.Arch == "arm64" && s.Userland == "arm" || s.Arch == "amd64" && s.Userland == "386"
}

// Memory is in bytes.
type Memory struct {
	Total, Available, Swap int64
	Page                   int64
}

// User is who runs this process.
type User struct {
	Name   string // or the number
	Root   bool
	Groups []string // names, or numbers
}

// In says whether the user is in a group.
func (u *User) In(group string) bool { return slices.Contains(u.Groups, group) }

func (r *reader) system() System {
	release := r.text("etc/os-release")
	s := System{
		OS: setting(release, "PRETTY_NAME"), ID: setting(release, "ID"),
		Kernel: attribute(r.root, "proc/sys/kernel/osrelease"), Userland: userland(r.root),
	}
	s.Arch = kernelArch(r.root, s.Kernel)
	if s.Arch == "" {
		s.Arch = s.Userland
	}
	return s
}

// setting returns a value of os-release, without its quotes (os-release(5)).
func setting(text, key string) string {
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && name == key {
			return strings.Trim(value, `"'`)
		}
	}
	return ""
}

// machines are Go's names of what the kernel calls machines.
var machines = map[string]string{
	"aarch64": "arm64", "armv6l": "arm", "armv7l": "arm", "armv8l": "arm", "arm": "arm", "arm64": "arm64",
	"x86_64": "amd64", "i686": "386", "x86": "amd64", "riscv64": "riscv64",
}

// kernelArch is what the kernel was built for, whatever a 32-bit process is told by uname: /proc/sys/kernel/arch says it
// since Linux 6.1; else the folder of its modules does, or the ending of the names of Raspberry Pi's kernels.
func kernelArch(root fs.FS, release string) string {
	if a := machines[attribute(root, "proc/sys/kernel/arch")]; a != "" {
		return a
	}
	if release == "" || !fs.ValidPath(release) {
		return ""
	}
	for _, name := range list(root, "lib/modules/"+release+"/kernel/arch", "") {
		if a := machines[name]; a != "" {
			return a
		}
	}
	if strings.HasSuffix(strings.TrimSuffix(release, "+"), "-v8") {
		return "arm64"
	}
	return ""
}

// userland is the architecture of the first of some programs that every system has: e_machine of its ELF header.
func userland(root fs.FS) string {
	for _, name := range []string{"usr/bin/env", "bin/busybox", "bin/sh"} {
		header, err := read(root, name, 20)
		if err != nil || len(header) < 20 || !strings.HasPrefix(header, "\x7fELF") {
			continue
		}
		// System V ABI: 40 EM_ARM, 183 EM_AARCH64, 62 EM_X86_64, 3 EM_386, 243 EM_RISCV
		return map[uint16]string{40: "arm", 183: "arm64", 62: "amd64", 3: "386", 243: "riscv64"}[binary.LittleEndian.Uint16([]byte(header[18:]))]
	}
	return ""
}

// memory reads /proc/meminfo, and the size of pages that the first mapping of this process is made of.
func (r *reader) memory() Memory {
	info := r.text("proc/meminfo")
	maps, _ := read(r.root, "proc/self/smaps", 8192)
	return Memory{
		Total: kibibytes(info, "MemTotal"), Available: kibibytes(info, "MemAvailable"), Swap: kibibytes(info, "SwapTotal"),
		Page: kibibytes(maps, "KernelPageSize"),
	}
}

// user reads who this is from /proc/self/status and the names from /etc.
func (r *reader) user() User {
	status := r.text("proc/self/status")
	uid, gid := strings.Fields(field(status, "Uid")), strings.Fields(field(status, "Gid"))
	if len(uid) < 2 || len(gid) < 2 { // real, effective, saved, that of files
		return User{}
	}
	u := User{Name: named(r.text("etc/passwd"), uid[1]), Root: uid[1] == "0"}
	groups := r.text("etc/group")
	for _, id := range append([]string{gid[1]}, strings.Fields(field(status, "Groups"))...) {
		if name := named(groups, id); !u.In(name) {
			u.Groups = append(u.Groups, name)
		}
	}
	return u
}

// named returns the name of a number in /etc/passwd or /etc/group, or the number.
func named(table, id string) string {
	for line := range strings.Lines(table) {
		if f := strings.Split(line, ":"); len(f) > 2 && f[2] == id {
			return f[0]
		}
	}
	return id
}

// Groups returns which of the names are groups of root's system.
func Groups(root fs.FS, names ...string) []string {
	table, _ := read(root, "etc/group", fileLimit)
	var all []string
	for _, name := range names {
		if strings.Contains("\n"+table, "\n"+name+":") {
			all = append(all, name)
		}
	}
	return all
}
