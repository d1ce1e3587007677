//! Where a guest was, in the protocol's words.

use wasmatrix_adapter::Frame;
use wasmtime::{Error, FrameInfo, FrameSymbol, WasmBacktrace};

/// wasmtime keeps the innermost 20; up to version 42 all of them.
pub(crate) fn frames(trace: &WasmBacktrace) -> impl Iterator<Item = Frame> {
    trace.frames().iter().flat_map(of_function)
}

/// An error in its own words, without its trace, which is one of the things that it says.
pub(crate) fn words_without(error: &Error, trace: &WasmBacktrace) -> String {
    let trace = trace.to_string();
    error.chain().map(ToString::to_string).filter(|said| *said != trace).collect::<Vec<_>>().join(": ")
}

/// A function, and before it those that were inlined into it. DWARF knows of these, and where in the source each of them was.
fn of_function(info: &FrameInfo) -> Vec<Frame> {
    let (own, inlined) = match info.symbols().split_last() {
        Some((own, inlined)) => (Some(own), inlined),
        None => (None, [].as_slice()),
    };
    let inlined =
        inlined.iter().map(|symbol| Frame { function: symbol.name().map(str::to_owned), source: place(symbol), ..Frame::default() });
    let name = info.func_name().or_else(|| own?.name());
    let itself = Frame {
        function: name.map(str::to_owned),
        index: Some(info.func_index()),
        offset: info.module_offset().map(|offset| offset as u64),
        source: own.and_then(place),
    };
    inlined.chain([itself]).collect()
}

fn place(symbol: &FrameSymbol) -> Option<String> {
    let file = symbol.file()?;
    Some(match (symbol.line(), symbol.column()) {
        (None, _) => file.to_owned(),
        (Some(line), None) => format!("{file}:{line}"),
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
    })
}
