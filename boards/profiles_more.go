package boards

var others = []Profile{
	{
		ID: "imx8m-plus", Name: "i.MX 8M Plus", Compatible: []string{"fsl,imx8mp-evk", "fsl,imx8mp"},
		SoC: "i.MX 8M Plus", Cores: []Cores{{4, "Cortex-A53", "neon", 1800}}, Memory: []int{1024, 2048, 4096, 6144, 8192},
		Accelerators: []Accelerator{
			{Name: "NPU (VIP8000)", Nodes: []string{"dev/galcore"}, Use: "delegate: { path: /usr/lib/libvx_delegate.so }"},
			edgeTPU,
		},
		Cameras: video, Zones: []string{"cpu-thermal", "soc-thermal"}, Support: Support{Emulated, testedA53},
	},
	{
		ID: "imx93", Name: "i.MX 93", Compatible: []string{"fsl,imx93-11x11-evk", "fsl,imx93"},
		SoC: "i.MX 93", Cores: []Cores{{2, "Cortex-A55", "sdot", 1700}}, Memory: []int{1024, 2048},
		Accelerators: []Accelerator{
			{Name: "NPU (Ethos-U65)", Nodes: []string{"dev/ethosu*"}, Use: "delegate: { path: /usr/lib/libethosu_delegate.so }, on a model that Vela compiled"},
		},
		Cameras: video, Zones: []string{"cpu-thermal"}, Support: Support{Described, testedOther},
	},
	{
		ID: "rock-5", Name: "ROCK 5",
		Compatible: []string{"radxa,rock-5b", "radxa,rock-5b-plus", "radxa,rock-5a", "radxa,rock-5c", "radxa,rock-5t", "rockchip,rk3588", "rockchip,rk3588s"},
		SoC:        "RK3588", Cores: []Cores{{4, "Cortex-A55", "sdot", 1800}, {4, "Cortex-A76", "sdot", 2400}}, Memory: []int{4096, 8192, 16384, 32768},
		Accelerators: []Accelerator{
			{Name: "NPU", Nodes: []string{"dev/accel/accel0", "dev/rknpu"}, Use: "delegate: { path: libteflon.so }, with Mesa's rocket driver; Rockchip's own runs no .tflite"},
			edgeTPU,
		},
		Cameras: video,
		// The vendor's kernel calls the middle of the chip soc-thermal, Linux package-thermal.
		Zones:   []string{"soc-thermal", "package-thermal", "bigcore0-thermal", "bigcore1-thermal", "bigcore2-thermal", "littlecore-thermal"},
		Support: Support{Described, testedA76},
	},
}

// generic stands for every other machine.
var generic = Profile{
	ID: "generic", Name: "a Linux machine", Accelerators: []Accelerator{edgeTPU}, Cameras: video,
	Support: Support{Unknown, "amd64 natively, arm64 and arm under QEMU"},
}
