package main

// The operations on an instance, each of which finds it and asks it.

func (t *table) invoke(asked *invokeOp) (answer, *failure) {
	found, unknown := find(t.instances, "instance", asked.Instance)
	if unknown != nil {
		return nil, unknown
	}
	results, refused := found.instance.invoke(asked.Export, asked.Args)
	if refused != nil {
		return nil, refused
	}
	return values(results), nil
}

func (t *table) globalGet(asked *exportOp) (answer, *failure) {
	found, unknown := find(t.instances, "instance", asked.Instance)
	if unknown != nil {
		return nil, unknown
	}
	held, refused := found.instance.globalGet(asked.Export)
	if refused != nil {
		return nil, refused
	}
	return values([]value{held}), nil
}

func (t *table) globalSet(asked *globalSetOp) (answer, *failure) {
	found, unknown := find(t.instances, "instance", asked.Instance)
	if unknown != nil {
		return nil, unknown
	}
	if refused := found.instance.globalSet(asked.Export, asked.Value); refused != nil {
		return nil, refused
	}
	return done, nil
}

func (t *table) memorySize(asked *exportOp) (answer, *failure) {
	found, unknown := find(t.instances, "instance", asked.Instance)
	if unknown != nil {
		return nil, unknown
	}
	size, refused := found.instance.memorySize(asked.Export)
	if refused != nil {
		return nil, refused
	}
	return pages(size), nil
}

func (t *table) memoryGrow(asked *memoryGrowOp) (answer, *failure) {
	found, unknown := find(t.instances, "instance", asked.Instance)
	if unknown != nil {
		return nil, unknown
	}
	before, refused := found.instance.memoryGrow(asked.Export, asked.Pages)
	if refused != nil {
		return nil, refused
	}
	return pages(before), nil
}

func (t *table) memoryRead(asked *memoryReadOp) (answer, *failure) {
	found, unknown := find(t.instances, "instance", asked.Instance)
	if unknown != nil {
		return nil, unknown
	}
	bytes, refused := found.instance.memoryRead(asked.Export, asked.At, asked.Length)
	if refused != nil {
		return nil, refused
	}
	return readBytes(bytes), nil
}

func (t *table) memoryWrite(asked *memoryWriteOp) (answer, *failure) {
	found, unknown := find(t.instances, "instance", asked.Instance)
	if unknown != nil {
		return nil, unknown
	}
	if refused := found.instance.memoryWrite(asked.Export, asked.At, asked.Bytes); refused != nil {
		return nil, refused
	}
	return done, nil
}
