// Package iio gives the devices of Linux's industrial I/O as sources of readings: chips that a driver of the kernel's
// reads, by a device tree or an ACPI table or because somebody wrote to an adapter's new_device, and the converters and
// accelerometers of many boards. It hides the files of sysfs: their names, their scales and offsets, their units.
//
// # Why
//
// Files, not the character device: one number in one file, no buffers, no triggers, no ioctl, and no rights beyond
// reading, which sysfs gives everybody. What needs hundreds of samples a second needs another package.
//
// A file is opened, read and closed each time: that makes the driver measure. A read cannot be interrupted; the slowest
// drivers take some 200 ms to convert.
//
// Names and units are those of sensors, whatever the kernel has: temperature in °C, not in m°C. Kinds of channels that
// have no such name are passed over.
//
// A chip has either a driver of the kernel's or one of sensors/i2c: the kernel keeps the address to itself.
package iio
