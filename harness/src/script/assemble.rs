//! The modules of a script, from each of their forms to a binary.

use wast::{
    QuoteWat, QuoteWatTest, Wat,
    core::{Module, ModuleKind},
    lexer::Lexer,
    parser::{self, ParseBuffer},
};

/// What came of assembling a module.
pub(super) enum Assembled {
    /// A binary.
    Binary(Vec<u8>),
    /// The assembler refuses the text, with these words.
    Refused(String),
    /// It is no core module.
    Component,
}

/// Whether a module stands in the script as bytes, so that a runtime can be asked about what is malformed in it.
pub(super) fn is_binary(module: &QuoteWat<'_>) -> bool {
    matches!(module, QuoteWat::Wat(Wat::Module(Module { kind: ModuleKind::Binary(_), .. })))
}

/// Assembles a module of any form.
pub(super) fn assemble(module: &mut QuoteWat<'_>) -> Assembled {
    match module {
        QuoteWat::Wat(wat) => assemble_wat(wat),
        QuoteWat::QuoteComponent(..) => Assembled::Component,
        QuoteWat::QuoteModule(..) => match module.to_test() {
            Ok(QuoteWatTest::Text(text)) => assemble_quoted(&text),
            Ok(QuoteWatTest::Binary(wasm)) => Assembled::Binary(wasm),
            Err(error) => Assembled::Refused(error.message()),
        },
    }
}

/// Assembles a module that is no quoted text.
pub(super) fn assemble_wat(wat: &mut Wat<'_>) -> Assembled {
    match wat {
        Wat::Module(module) => match module.encode() {
            Ok(wasm) => Assembled::Binary(wasm),
            Err(error) => Assembled::Refused(error.message()),
        },
        Wat::Component(_) => Assembled::Component,
    }
}

fn assemble_quoted(text: &[u8]) -> Assembled {
    // The suite quotes text that is not UTF-8, to see it refused.
    let Ok(text) = str::from_utf8(text) else {
        return Assembled::Refused("malformed UTF-8 encoding".to_owned());
    };
    let parsed = buffer(text);
    let mut wat = match parsed.as_ref().map_err(wast::Error::message).and_then(|it| parser::parse::<Wat<'_>>(it).map_err(|e| e.message())) {
        Ok(wat) => wat,
        Err(message) => return Assembled::Refused(message),
    };
    assemble_wat(&mut wat)
}

/// The tokens of a text. The lexer would refuse characters that mislead readers, which the specification allows and its suite uses.
pub(super) fn buffer(text: &str) -> Result<ParseBuffer<'_>, wast::Error> {
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    ParseBuffer::new_with_lexer(lexer)
}
