package recipes

// Papers print an error in per cent; here it is the accuracy, 1 - error. How these networks were trained is not known in
// full, so the optimiser is ours.
var others = []Recipe{
	{
		Name: "lecun-300", What: "784-300-10, mean squared error",
		Settings: "data: mnist\nlayers: 784,300,10\nact: tanh\nloss: mse\nopt: adam\nlr: 0.001\nbatch: 100\nepochs: 10\n",
		Claims:   []Claim{{Figure: LastAccuracy, Published: "error 4.7 %", Source: "LeCun et al. 1998, table of results", Low: .953, High: open}},
	},
	{
		Name: "lecun-800", What: "784-800-10, cross-entropy",
		Settings: "data: mnist\nlayers: 784,800,10\nact: relu\nloss: cross-entropy\nopt: adam\nlr: 0.002\nschedule: one-cycle\nbatch: 100\nepochs: 10\n",
		Claims:   []Claim{{Figure: LastAccuracy, Published: "error 1.6 %", Source: "Simard et al. 2003, in LeCun's table of results", Low: .980, High: open}},
	},
	{
		Name: "fashion-mlp", What: "784-256-128-100-10 on clothes", Data: "a folder with the four files of Fashion-MNIST",
		Settings: "layers: 784,256,128,100,10\nact: relu\nopt: adam\nlr: 0.001\nbatch: 100\nepochs: 10\n",
		Claims:   []Claim{{Figure: LastAccuracy, Published: ".8833", Source: "Fashion-MNIST's table of benchmarks, an MLP of 256-128-100", Low: .86, High: open}},
	},
}
