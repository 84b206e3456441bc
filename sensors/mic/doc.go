// Package mic gives microphones as sources of sound: ALSA's devices by the kernel's own interface, sources of a
// PulseAudio or PipeWire server, and programs that write samples. It hides how a device is named and found, what its
// driver can do, overruns, and the structs of two ABIs.
//
// A device that New names is opened by a sensors.Live, and opened again when a Read wraps sensors.ErrLost: cards are
// looked up by name or USB identity at each open, for their numbers change with every reboot. A Read ends at most 250 ms
// after its context.
//
// # Why
//
// ALSA is spoken by ioctl, without cgo and libasound, so that the binary stays static and is built for any board on any
// machine. That gives up what libasound does in the program (plug, dsnoop, softvol), which nothing here wants: any rate
// and number of channels that the driver has is taken, and package prep makes of it what a model wants.
//
// The stream does not stop when nobody reads in time (its stop threshold is out of reach): the driver goes on and
// overwrites the oldest sound, its pointer counts on, and so the frames lost are known exactly. ALSA's usual way, to stop
// and start again, would leave but a guess by the clock; it remains for drivers that stop by themselves.
//
// The end of a clip is the driver's timestamp of its pointer, less what stands between that and the clip's last frame,
// not the time at which the clip was read: a late reader gets late clips with their own times.
//
// A PulseAudio server is trusted as the user's own is: the library that reads its answers panics on some wrong ones. Its
// goroutine is the only one here; it hands over what the server sends, and Close waits for it.
package mic
