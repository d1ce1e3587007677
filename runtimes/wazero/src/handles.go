package main

// handle is what a name stands for. In Go what was closed can still be named, and what wazero makes of it then is a question too, so it is
// kept until a reset.
type handle[T any] struct {
	of     T
	closed bool
	// lent says that it belongs to the table that this one was made from.
	lent bool
}

type handles[T any] map[string]handle[T]

func (h handles[T]) open(name string, of T) {
	h[name] = handle[T]{of: of}
}

// close marks what is open under a name as closed, and hands it over.
func (h handles[T]) close(name string) (T, bool) {
	found, is := h[name]
	if !is || found.closed {
		var none T
		return none, false
	}
	found.closed = true
	h[name] = found
	return found.of, true
}

// lend is a copy of this, for a thread.
func (h handles[T]) lend() handles[T] {
	lent := make(handles[T], len(h))
	for name, of := range h {
		of.lent = true
		lent[name] = of
	}
	return lent
}

// find finds what is open and what was closed.
func find[T any](handles handles[T], sort, name string) (T, *failure) {
	found, is := handles[name]
	if !is {
		return found.of, unknown(sort, name)
	}
	return found.of, nil
}

func unknown(sort, name string) *failure {
	return fail(failed, "no %s `%s` is open", sort, name)
}
