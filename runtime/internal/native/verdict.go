package native

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Verdict is what a probe has shown of a library and a delegate.
type Verdict struct {
	Libraries string    // SHA-256 of what was tried
	Machine   string    // of the devices and their rights, where it crashed: another device may be the cure
	Crash     string    // how the process ended and what it printed; empty if all was well
	Time      time.Time // of the probe
}

// identity says what a verdict is about, in two hashes.
type identity struct{ libraries, machine string }

// holds says whether v is about what is there now.
func (v *Verdict) holds(is identity) bool {
	return v != nil && v.Libraries == is.libraries && (v.Crash == "" || v.Machine == is.machine)
}

// String says it in a word, and since when.
func (v *Verdict) String() string {
	switch at := "2006-01-02 15:04"; {
	case v == nil:
		return ""
	case v.Crash != "":
		return "crashed at " + v.Time.Format(at)
	default:
		return "ok since " + v.Time.Format(at)
	}
}

func (v *Verdict) crashed() bool { return v != nil && v.Crash != "" }

// fault is the error of what has crashed; nil if it has not.
func (v *Verdict) fault() *WorkerError {
	if !v.crashed() {
		return nil
	}
	return &WorkerError{Fault: Crashed, What: "in its probe of " + v.Time.Format("2006-01-02 15:04") + ": " + v.Crash,
		Hint: "it is tried again when the library or a device changes; edged doctor --forget forgets the crash"}
}

// Verdicts lie in Options.Cache, one file for each library with its delegate.
func (o Options) verdictFile() string {
	sum := sha256.Sum256([]byte(o.Key()))
	return filepath.Join(o.Cache, "probes", hex.EncodeToString(sum[:12])+".json")
}

// recall reads the verdict on what o names; nil if there is none that holds.
func recall(o Options, is identity) *Verdict {
	if o.Cache == "" {
		return nil
	}
	f, err := os.Open(o.verdictFile())
	if err != nil {
		return nil
	}
	defer f.Close()
	const most = 64 << 10
	v := &Verdict{}
	if err := json.NewDecoder(io.LimitReader(f, most)).Decode(v); err != nil || !v.holds(is) {
		return nil
	}
	return v
}

// write keeps v. Where the folder cannot be written the probe is run again the next time, which is no error.
func (v *Verdict) write(o Options) {
	data, err := json.Marshal(v)
	if err != nil || o.Cache == "" {
		return
	}
	path := o.verdictFile()
	if os.MkdirAll(filepath.Dir(path), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if errors.Join(err, f.Close()) != nil || os.Rename(f.Name(), path) != nil {
		os.Remove(f.Name())
	}
}

// Forget forgets all verdicts in the folder, and returns how many there were.
func Forget(cache string) (n int, err error) {
	if cache == "" {
		return 0, nil
	}
	dir := filepath.Join(cache, "probes")
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	for _, f := range list {
		if e := os.Remove(filepath.Join(dir, f.Name())); e != nil {
			err = errors.Join(err, e)
			continue
		}
		n++
	}
	return n, err
}
