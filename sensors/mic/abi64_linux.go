//go:build amd64 || arm64 || riscv64

package mic

// Ioctls of <sound/asound.h> where a long has 64 bits: direction<<30 | size<<16 | 'A'<<8 | number.
const (
	ioctlHwRefine = 0xc2604110 // _IOWR('A', 0x10, struct snd_pcm_hw_params), 608 bytes
	ioctlHwParams = 0xc2604111
	ioctlSwParams = 0xc0884113 // _IOWR('A', 0x13, struct snd_pcm_sw_params), 136 bytes
	ioctlStatus   = 0x80984120 // _IOR('A', 0x20, struct snd_pcm_status), 152 bytes
	ioctlForward  = 0x40084149 // _IOW('A', 0x49, snd_pcm_uframes_t)
	ioctlReadI    = 0x80184151 // _IOR('A', 0x51, struct snd_xferi), 24 bytes
)
