//go:build !linux

package camera

import (
	"fmt"

	"edged/sensors"
)

// Inspect finds nothing: V4L2 is Linux's.
func Inspect(Node) (Report, error) { return Report{}, ErrNoPictures }

func openV4L2(want wanted, _ Options) (sensors.Source[sensors.Frame], error) {
	return nil, fmt.Errorf("camera: %s: V4L2 is Linux's; use mjpeg+http: or exec:", want.text)
}
