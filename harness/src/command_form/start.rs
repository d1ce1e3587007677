//! A `_start` that asks and prints, added to a module. Nothing that the guest can see of its memory changes: what a line is printed from is
//! put back afterwards, and the memory does not grow.

use std::{collections::BTreeSet, ops::RangeFrom};

use wasm_encoder::{
    BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection, InstructionSink, MemArg,
    MemArgTarget, Module as WasmModule, TypeSection, ValType,
    reencode::{Error, Reencode, utils},
};
use wasmatrix_adapter::{Value, ValueType};

use super::{anatomy::Anatomy, printed_digits};

/// What a step asks, with the words of its line.
#[derive(Debug)]
pub(super) struct Question<'c> {
    /// The step's number, from 1.
    number: usize,
    name: &'c str,
    asked: Asked<'c>,
}

#[derive(Debug)]
pub(super) enum Asked<'c> {
    /// A function is called, after strings were written.
    Call { function: u32, strings: Vec<(u32, &'c [u8])>, args: Vec<Value>, results: &'c [ValueType] },
    /// Memory is read.
    Read { at: u32, length: u32 },
    /// Memory is written.
    Write { at: u32, bytes: &'c [u8] },
}

impl<'c> Asked<'c> {
    pub(super) fn named(self, number: usize, name: &'c str) -> Question<'c> {
        Question { number, name, asked: self }
    }
}

/// Adds `_start` to a module.
pub(super) fn with_start(wasm: &[u8], anatomy: &Anatomy, questions: &[Question<'_>]) -> Result<Vec<u8>, String> {
    let Some(wasi) = &anatomy.wasi else { return Err("its module imports nothing of WASI, so it cannot print".to_owned()) };
    if let Some(other) = &anatomy.other_import {
        return Err(format!("its module imports `{other}`, and a command has nobody to import that from"));
    }
    if anatomy.functions.contains_key("_start") {
        return Err("its module has a `_start` already".to_owned());
    }
    if !anatomy.exports_memory {
        return Err("its module does not export its memory as `memory`".to_owned());
    }
    let added_import = u32::from(anatomy.fd_write.is_none());
    let first_new = anatomy.functions_in_all + added_import;
    let called = questions.iter().filter_map(|question| match question.asked {
        Asked::Call { function, .. } => Some(function),
        Asked::Read { .. } | Asked::Write { .. } => None,
    });
    let mut with_start = WithStart {
        reached: anatomy.reached(called),
        own_functions: anatomy.imported_functions..,
        wasi,
        imported_functions: anatomy.imported_functions,
        adds_fd_write: anatomy.fd_write.is_none(),
        fd_write: anatomy.fd_write.unwrap_or(anatomy.imported_functions),
        types: anatomy.types,
        print: first_new,
        print_hex: first_new + 1,
        start: first_new + 2,
        questions,
    };
    let mut module = WasmModule::new();
    utils::parse_core_module(&mut with_start, &mut module, wasmparser::Parser::new(0), wasm).map_err(|error| error.to_string())?;
    Ok(module.finish())
}

struct WithStart<'c> {
    /// The functions that a step can reach; the others are emptied, so that nobody compiles or reads what is not asked.
    reached: Option<BTreeSet<u32>>,
    /// The indices of the functions whose bodies are still to come, in the old module.
    own_functions: RangeFrom<u32>,
    wasi: &'c str,
    imported_functions: u32,
    adds_fd_write: bool,
    /// Functions as they are numbered in the new module.
    fd_write: u32,
    print: u32,
    print_hex: u32,
    start: u32,
    /// How many types the old module has; the new ones follow.
    types: u32,
    questions: &'c [Question<'c>],
}

impl Reencode for WithStart<'_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        let is_moved = self.adds_fd_write && function >= self.imported_functions;
        Ok(function + u32::from(is_moved))
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: wasmparser::TypeSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([ValType::I32; 4], [ValType::I32]);
        types.ty().function([ValType::I64, ValType::I32], []);
        types.ty().function([], []);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: wasmparser::ImportSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        utils::parse_import_section(self, imports, section)?;
        if self.adds_fd_write {
            imports.import(self.wasi, "fd_write", EntityType::Function(self.types));
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        utils::parse_function_section(self, functions, section)?;
        functions.function(self.types + 1).function(self.types + 1).function(self.types + 2);
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Result<(), Error<Self::Error>> {
        utils::parse_export_section(self, exports, section)?;
        exports.export("_start", ExportKind::Func, self.start);
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: wasmparser::FunctionBody<'_>) -> Result<(), Error<Self::Error>> {
        let function = self.own_functions.next();
        let can_run = function.zip(self.reached.as_ref()).is_none_or(|(function, reached)| reached.contains(&function));
        if can_run {
            return utils::parse_function_body(self, code, body);
        }
        let mut emptied = Function::new([]);
        emptied.instructions().unreachable().end();
        code.function(&emptied);
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: wasmparser::CodeSectionReader<'_>) -> Result<(), Error<Self::Error>> {
        utils::parse_code_section(self, code, section)?;
        code.function(&self.print_function()).function(&self.print_hex_function()).function(&self.start_function());
        Ok(())
    }
}

/// Where a line is printed from: an iovec, the number of bytes written, eight bytes of text.
const IOVEC: u64 = 0;
const WRITTEN: u64 = 8;
const TEXT: u64 = 16;
/// Everything from the iovec to the text's end, in words of eight bytes.
const WORDS: u32 = 3;

fn at(offset: u64) -> MemArg {
    MemArg { offset, align: 0, target: MemArgTarget::Memory(0), ordering: None }
}

impl WithStart<'_> {
    /// Prints the lowest bytes of a word, so many of them.
    fn print_function(&self) -> Function {
        let (text, length, kept) = (0, 1, 2);
        let mut function = Function::new([(WORDS, ValType::I64)]);
        let mut code = function.instructions();
        for word in 0..WORDS {
            code.i32_const(0).i64_load(at(u64::from(word) * 8)).local_set(kept + word);
        }
        code.i32_const(0).local_get(text).i64_store(at(TEXT));
        code.i32_const(0).i32_const(TEXT as i32).i32_store(at(IOVEC));
        code.i32_const(0).local_get(length).i32_store(at(IOVEC + 4));
        // What cannot be printed whole is not an answer.
        code.i32_const(1).i32_const(IOVEC as i32).i32_const(1).i32_const(WRITTEN as i32).call(self.fd_write);
        code.i32_const(0).i32_load(at(WRITTEN)).local_get(length).i32_ne();
        code.i32_or().if_(BlockType::Empty).unreachable().end();
        for word in 0..WORDS {
            code.i32_const(0).local_get(kept + word).i64_store(at(u64::from(word) * 8));
        }
        code.end();
        function
    }

    /// Prints the lowest digits of a number, at most eight of them.
    fn print_hex_function(&self) -> Function {
        let (number, digits, text, left, digit) = (0, 1, 2, 3, 4);
        let mut function = Function::new([(1, ValType::I64), (1, ValType::I32), (1, ValType::I64)]);
        let mut code = function.instructions();
        code.local_get(digits).local_set(left);
        code.loop_(BlockType::Empty);
        code.local_get(number).i64_const(15).i64_and().local_tee(digit).i64_const(i64::from(b'0')).i64_add();
        code.i64_const(i64::from(b'a' - b'9' - 1)).i64_const(0).local_get(digit).i64_const(9).i64_gt_u().select().i64_add();
        code.local_get(text).i64_const(8).i64_shl().i64_or().local_set(text);
        code.local_get(number).i64_const(4).i64_shr_u().local_set(number);
        code.local_get(left).i32_const(1).i32_sub().local_tee(left).br_if(0);
        code.end();
        code.local_get(text).local_get(digits).call(self.print);
        code.end();
        function
    }

    fn start_function(&self) -> Function {
        let results = self.questions.iter().map(|question| match &question.asked {
            Asked::Call { results, .. } => results.len() as u32,
            Asked::Read { .. } | Asked::Write { .. } => 0,
        });
        // A local for each result of the function with the most, and one to walk through memory.
        let most = results.max().unwrap_or(0);
        let mut function = Function::new([(most, ValType::I64), (1, ValType::I32)]);
        let mut code = function.instructions();
        for question in self.questions {
            match &question.asked {
                Asked::Call { function, strings, args, results } => {
                    for (address, bytes) in strings {
                        write_bytes(&mut code, *address, bytes);
                    }
                    for value in args {
                        push(&mut code, *value);
                    }
                    code.call(*function + u32::from(self.adds_fd_write && *function >= self.imported_functions));
                    for (local, result) in (0..).zip(*results).collect::<Vec<(u32, _)>>().into_iter().rev() {
                        to_bits(&mut code, *result);
                        code.local_set(local);
                    }
                    self.print_text(&mut code, &format!("{} {}:", question.number, question.name));
                    for (local, result) in (0..).zip(*results) {
                        self.print_text(&mut code, " ");
                        if printed_digits(*result) == Some(16) {
                            code.local_get(local).i64_const(32).i64_shr_u().i32_const(8).call(self.print_hex);
                        }
                        code.local_get(local).i32_const(8).call(self.print_hex);
                    }
                }
                Asked::Read { at, length } => {
                    self.print_text(&mut code, &format!("{} {}: ", question.number, question.name));
                    self.print_memory(&mut code, most, *at, *length);
                }
                Asked::Write { at, bytes } => {
                    write_bytes(&mut code, *at, bytes);
                    self.print_text(&mut code, &format!("{} {}:", question.number, question.name));
                }
            }
            self.print_text(&mut code, "\n");
        }
        code.end();
        function
    }

    fn print_text(&self, code: &mut InstructionSink<'_>, text: &str) {
        for chunk in text.as_bytes().chunks(8) {
            code.i64_const(word(chunk)).i32_const(chunk.len() as i32).call(self.print);
        }
    }

    fn print_memory(&self, code: &mut InstructionSink<'_>, walker: u32, from: u32, length: u32) {
        if length == 0 {
            return;
        }
        let end = from.wrapping_add(length);
        code.i32_const(from.cast_signed()).local_set(walker);
        code.loop_(BlockType::Empty);
        code.local_get(walker).i64_load8_u(at(0)).i32_const(2).call(self.print_hex);
        code.local_get(walker).i32_const(1).i32_add().local_tee(walker).i32_const(end.cast_signed()).i32_ne().br_if(0);
        code.end();
    }
}

fn write_bytes(code: &mut InstructionSink<'_>, address: u32, bytes: &[u8]) {
    for (place, chunk) in (0..).zip(bytes.chunks(8)) {
        let to = i64::from(address) + place * 8;
        if chunk.len() == 8 {
            code.i32_const(to as i32).i64_const(word(chunk)).i64_store(at(0));
        } else {
            for (place, byte) in (0..).zip(chunk) {
                code.i32_const((to + place) as i32).i32_const(i32::from(*byte)).i32_store8(at(0));
            }
        }
    }
}

/// Up to eight bytes as they stand in memory.
fn word(bytes: &[u8]) -> i64 {
    bytes.iter().rev().fold(0, |word, byte| (word << 8) | i64::from(*byte))
}

fn push(code: &mut InstructionSink<'_>, value: Value) {
    match value {
        Value::I32(bits) => code.i32_const(bits.cast_signed()),
        Value::I64(bits) => code.i64_const(bits.cast_signed()),
        // Through integers, so that no signalling NaN is made quiet on its way.
        Value::F32(bits) => code.i32_const(bits.cast_signed()).f32_reinterpret_i32(),
        Value::F64(bits) => code.i64_const(bits.cast_signed()).f64_reinterpret_i64(),
        Value::V128(_) | Value::Funcref(_) | Value::Externref(_) | Value::Anyref(_) | Value::Exnref(_) => code.unreachable(),
    };
}

fn to_bits(code: &mut InstructionSink<'_>, value: ValueType) {
    match value {
        ValueType::I32 => code.i64_extend_i32_u(),
        ValueType::F32 => code.i32_reinterpret_f32().i64_extend_i32_u(),
        ValueType::F64 => code.i64_reinterpret_f64(),
        ValueType::I64 => code,
        ValueType::V128 | ValueType::Funcref | ValueType::Externref | ValueType::Anyref | ValueType::Exnref => code.unreachable(),
    };
}
