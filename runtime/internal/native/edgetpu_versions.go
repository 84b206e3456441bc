package native

import (
	"fmt"
	"regexp"
	"strings"
)

// versionPair are versions that have to fit: libedgetpu works on TensorFlow Lite's structs, which it was built with.
type versionPair struct{ tflite, edgetpu string }

// String says it as a worker prints it.
func (p versionPair) String() string {
	return fmt.Sprintf("TensorFlow Lite %s with Edge TPU runtime %s", p.tflite, p.edgetpu)
}

var printedPair = regexp.MustCompile(`TensorFlow Lite (\S+) with Edge TPU runtime (\d+)`)

// pairIn finds the versions in what a worker has printed.
func pairIn(text string) (p versionPair, ok bool) {
	m := printedPair.FindStringSubmatch(text)
	if m == nil {
		return p, false
	}
	return versionPair{m[1], m[2]}, true
}

// runtimeVersion takes the number out of "BuildLabel(…), RuntimeVersion(14)".
func runtimeVersion(text string) string {
	if m := regexp.MustCompile(`RuntimeVersion\((\d+)\)`).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// Google's last libedgetpu, 16.0, has runtime 14; it works with TensorFlow Lite 2.5, which it was built with, up to 2.11, and
// crashes with later ones (github.com/google-coral/edgetpu, issue 812). Others have built it for later ones under the same
// number.
const (
	oldestMinor, newestMinor = 5, 11
	unfitHint                = "Google's libedgetpu 16.0 fits TensorFlow Lite 2.5 to 2.11: install one of those, or a libedgetpu that was built for %s"
)

// unfit says whether Google's libedgetpu fits that TensorFlow Lite.
func (p versionPair) unfit() bool {
	var major, minor int
	n, _ := fmt.Sscanf(p.tflite, "%d.%d", &major, &minor)
	return n == 2 && (major != 2 || minor < oldestMinor || minor > newestMinor)
}

var newerPackage = regexp.MustCompile(`requires runtime version \((\d+)\), which is newer than this runtime version \((\d+)\)`)

// explainEdgeTPU adds to an Edge TPU's failure what the machine and the versions tell of the cause: libedgetpu itself says
// little.
func explainEdgeTPU(e *WorkerError, m *Machine) *WorkerError {
	better := *e
	if v := newerPackage.FindStringSubmatch(e.What); v != nil {
		better.What = fmt.Sprintf("the model is compiled for Edge TPU runtime %s, libedgetpu has %s: %s", v[1], v[2], e.What)
		better.Hint = "install a newer libedgetpu, or compile with edgetpu_compiler --min_runtime_version " + v[2]
		return &better
	}
	for _, f := range m.EdgeTPUs() {
		if f.Wrong {
			better.What, better.Hint = f.Name+" "+f.State+" ("+e.What+")", f.Remedy
			better.lasting = false // a crash too may come of the device
			return &better
		}
	}
	if p, ok := pairIn(e.What); ok && p.unfit() && looksUnfit(e) {
		better.What, better.Hint = "libedgetpu and TensorFlow Lite do not fit: "+e.What, fmt.Sprintf(unfitHint, p.tflite)
	}
	return &better
}

// looksUnfit tells how a wrong pair fails: by a crash, or because the delegate reads its operator's data in the wrong place.
func looksUnfit(e *WorkerError) bool {
	return e.Fault == Crashed || strings.Contains(e.What, "Unsupported data type in custom op handler")
}
