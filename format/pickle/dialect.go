package pickle

// A Dialect is what the pickles of another program say beside plain values and arrays. Each of its names has code of ours
// behind it, or none; nothing of a file runs. What a function is given has been bounded like a result, but not checked:
// that is the function's duty.
type Dialect struct {
	// Functions are called with what a file gives them: "torch._utils._rebuild_tensor_v2". What they return comes out
	// of Read as it is.
	Functions map[string]func(args Tuple) (any, error)

	// Classes are those of which objects are read. They come as an Object, with the attributes that the file states.
	Classes map[string]bool

	// Words are names that only ever stand among arguments, as a Name: "torch.FloatStorage".
	Words map[string]bool

	// Persistent returns what a reference to something outside of the pickle stands for; a Name means that name.
	Persistent func(id any) (any, error)

	// Want ends the sentence about a name that is none of these: "want ...".
	Want string
}

type (
	// A Name is one of a dialect's classes or words by itself.
	Name string
	// An Object is of one of a dialect's classes. No method of it exists: it is a list of attributes.
	Object struct {
		Class      string
		Attributes Dict
	}
)

// ReadPrefix reads the first pickle of data in a dialect. It returns the bytes that the pickle took.
func ReadPrefix(data []byte, d *Dialect) (v any, n int, err error) {
	m := &machine{data: data, memo: map[uint64]any{}, dialect: d, prefix: true}
	m.allow()
	if err := m.run(); err != nil {
		return nil, 0, err
	}
	v, err = m.result()
	return v, m.at, err
}

type (
	// object is an Object that is filled by BUILD.
	object struct {
		class global
		state *dict
	}
	// foreign is what a function of a dialect has returned.
	foreign struct{ v any }
)

func (d *Dialect) knows(g global) bool {
	name := g.String()
	return d != nil && (d.Functions[name] != nil || d.Classes[name] || d.Words[name])
}

// newObject makes an object without attributes: cls.__new__(cls).
func (m *machine) newObject() error {
	if m.dialect == nil {
		return m.unsupported("it makes an object of a class; nothing in a pickle is ever run")
	}
	v, err := m.pop(2)
	if err != nil {
		return err
	}
	g, ok := v[0].(global)
	if !ok || !m.dialect.Classes[g.String()] {
		return m.unsupported("it makes an object of %s; %s", kind(v[0]), m.dialect.Want)
	}
	if args, ok := v[1].(Tuple); !ok || len(args) > 0 {
		return m.unsupported("it makes an object of %s with %s; want no arguments", g, kind(v[1]))
	}
	return m.push(&object{class: g})
}

// persistent looks up what is outside of the pickle.
func (m *machine) persistent() error {
	if m.dialect == nil {
		return m.unsupported("it refers to an object outside of the file; a checkpoint of PyTorch begins in another way")
	}
	v, err := m.pop(1)
	if err != nil {
		return err
	}
	id, err := m.export(v[0], 0)
	if err != nil {
		return err
	}
	return m.pushForeign(m.dialect.Persistent(id))
}

// call runs a function of the dialect.
func (m *machine) call(do func(Tuple) (any, error), args Tuple) error {
	given, err := m.export(args, 0)
	if err != nil {
		return err
	}
	return m.pushForeign(do(given.(Tuple)))
}

func (m *machine) pushForeign(v any, err error) error {
	if err != nil {
		return m.bad("%s", err.Error())
	}
	if name, ok := v.(Name); ok {
		for i := len(name) - 1; i >= 0; i-- {
			if name[i] == '.' {
				return m.pushGlobal(string(name[:i]), string(name[i+1:]))
			}
		}
	}
	return m.push(&foreign{v})
}

// orderedDict is collections.OrderedDict(), or of a list of pairs as Python 2 writes it: a dict whose attributes, which BUILD
// may bring, are passed over.
func orderedDict(m *machine, args Tuple) (any, error) {
	d := new(dict)
	d.ordered = true
	if len(args) == 0 {
		return d, nil
	}
	pairs, ok := args[0].(*list)
	if len(args) != 1 || !ok {
		return nil, m.bad("OrderedDict%s; want no arguments, or a list of pairs", describe(args))
	}
	for _, p := range pairs.items {
		var pair []any
		switch p := p.(type) {
		case Tuple:
			pair = p
		case *list:
			pair = p.items
		}
		if len(pair) != 2 {
			return nil, m.bad("OrderedDict of %s; want pairs of a key and a value", kind(p))
		}
		if err := m.update(d, pair); err != nil {
			return nil, err
		}
	}
	return d, nil
}
