package native

import (
	"slices"
	"testing"
)

func TestUnknownOptions(t *testing.T) {
	for _, c := range []struct {
		name            string
		delegate        Delegate
		passed, leftOut []string
	}{
		{"libedgetpu's own", Delegate{Name: "edgetpu", Options: map[string]string{"device": "usb:0", "Performance": "Max"}}, nil, nil},
		{"others for libedgetpu", Delegate{Name: "edgetpu", Options: map[string]string{"performance": "Max", "device": "usb"}}, []string{"performance"}, nil},
		{"any of an external delegate", Delegate{Name: "external", Options: map[string]string{"b": "", "a": ""}}, []string{"a", "b"}, nil},
		{"none has a place in XNNPACK's", Delegate{Name: "xnnpack", Options: map[string]string{"num_threads": "2"}}, nil, []string{"num_threads"}},
		{"no delegate", Delegate{}, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			passed, leftOut := c.delegate.Unknown()
			if !slices.Equal(passed, c.passed) || !slices.Equal(leftOut, c.leftOut) {
				t.Errorf("got %v and %v, want %v and %v", passed, leftOut, c.passed, c.leftOut)
			}
		})
	}
}
