//! A page as blocks, so that it reads the same in a terminal and as Markdown.

use std::fmt::Write as _;

use comfy_table::{ContentArrangement, Table, presets};

/// A piece of a line.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// As it stands.
    Text(String),
    /// A name, a value or a command.
    Code(String),
    /// What is to be seen first.
    Strong(String),
    /// An address that can be followed.
    Link(String),
    /// The end of a line, inside of a table.
    Break,
}

/// A part of a page.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    /// A title, of this depth from 1.
    Title(usize, Vec<Piece>),
    /// A paragraph.
    Paragraph(Vec<Piece>),
    /// Points, of this depth from 0.
    Points(Vec<(usize, Vec<Piece>)>),
    /// A table, its titles first.
    Table(Vec<Vec<Vec<Piece>>>),
    /// Command lines.
    Commands(Vec<String>),
    /// What only those want to see who look for it.
    Folded(String, Vec<Block>),
}

/// Text as a piece.
pub(crate) fn text(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

/// Code as a piece.
pub(crate) fn code(text: impl Into<String>) -> Piece {
    Piece::Code(text.into())
}

/// Strong text as a piece.
pub(crate) fn strong(text: impl Into<String>) -> Piece {
    Piece::Strong(text.into())
}

/// An address as a piece.
pub(crate) fn link(address: impl Into<String>) -> Piece {
    Piece::Link(address.into())
}

/// The blocks as Markdown.
pub(crate) fn markdown(blocks: &[Block]) -> String {
    let mut page = String::new();
    for block in blocks {
        if !page.is_empty() {
            page.push('\n');
        }
        // Writing to a String cannot fail, here and below.
        let _ = match block {
            Block::Title(depth, pieces) => writeln!(page, "{} {}", "#".repeat(*depth), in_markdown(pieces, false)),
            Block::Paragraph(pieces) => writeln!(page, "{}", in_markdown(pieces, false)),
            Block::Points(points) => {
                points.iter().try_for_each(|(depth, pieces)| writeln!(page, "{}- {}", "  ".repeat(*depth), in_markdown(pieces, false)))
            }
            Block::Table(rows) => rows.iter().enumerate().try_for_each(|(number, row)| {
                let cells: Vec<String> = row.iter().map(|cell| in_markdown(cell, true)).collect();
                writeln!(page, "| {} |", cells.join(" | "))?;
                if number == 0 { writeln!(page, "|{}", "---|".repeat(row.len())) } else { Ok(()) }
            }),
            Block::Commands(lines) => writeln!(page, "```sh\n{}\n```", lines.join("\n")),
            Block::Folded(title, blocks) => {
                let title = in_markdown(&[text(title.clone())], false);
                writeln!(page, "<details><summary>{title}</summary>\n\n{}\n</details>", markdown(blocks))
            }
        };
    }
    page
}

fn in_markdown(pieces: &[Piece], in_a_table: bool) -> String {
    let line: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => escaped(text),
            Piece::Strong(text) => format!("**{}**", escaped(text)),
            Piece::Code(text) => fenced(text),
            // What stands between these brackets is taken as it is, and ends with the first that closes.
            Piece::Link(address) if address.contains(['<', '>']) || address.contains(char::is_whitespace) => escaped(address),
            Piece::Link(address) => format!("<{address}>"),
            Piece::Break => "<br>".to_owned(),
        })
        .collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if in_a_table { line.replace('|', "\\|") } else { line }
}

/// Prose that nothing in it makes Markdown or HTML of.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// Code in as many backticks as it takes.
fn fenced(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The blocks for a terminal.
pub(crate) fn plain(blocks: &[Block]) -> String {
    let mut page = String::new();
    for block in blocks {
        if !page.is_empty() {
            page.push('\n');
        }
        let _ = match block {
            Block::Title(1, pieces) => {
                let title = in_text(pieces);
                writeln!(page, "{title}\n{}", "=".repeat(title.chars().count()))
            }
            Block::Title(2, pieces) => {
                let title = in_text(pieces);
                writeln!(page, "{title}\n{}", "-".repeat(title.chars().count()))
            }
            Block::Title(_, pieces) | Block::Paragraph(pieces) => writeln!(page, "{}", in_text(pieces)),
            Block::Points(points) => {
                points.iter().try_for_each(|(depth, pieces)| writeln!(page, "{}{}", "  ".repeat(depth + 1), in_text(pieces)))
            }
            Block::Table(rows) => write!(page, "{}", aligned(rows)),
            Block::Commands(lines) => lines.iter().try_for_each(|line| writeln!(page, "    {line}")),
            Block::Folded(title, blocks) => {
                let inner = plain(blocks);
                writeln!(page, "{title}\n\n{}", inner.trim_end())
            }
        };
    }
    page
}

fn in_text(pieces: &[Piece]) -> String {
    let lines = pieces.split(|piece| matches!(piece, Piece::Break)).map(|pieces| {
        let line: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Strong(text) | Piece::Code(text) | Piece::Link(text) => text.as_str(),
                Piece::Break => "",
            })
            .collect();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn aligned(rows: &[Vec<Vec<Piece>>]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    for row in rows {
        table.add_row(row.iter().map(|cell| in_text(cell)));
    }
    table.lines().map(|line| format!(" {}", line).trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_not_taken_for_markdown() {
        let blocks = [Block::Table(vec![vec![vec![text("a_b *c* <d>")], vec![code("x | `y`")]]])];
        assert_eq!(markdown(&blocks), "| a\\_b \\*c\\* &lt;d> | `` x \\| `y` `` |\n|---|---|\n");
        let blocks = [Block::Paragraph(vec![strong("two\nlines"), text(" [x](y)")])];
        assert_eq!(markdown(&blocks), "**two lines** \\[x\\](y)\n");
        assert_eq!(plain(&blocks), "two lines [x](y)\n");
        let blocks = [Block::Table(vec![vec![vec![text("a"), Piece::Break, code("+b|")], vec![text("c")]]])];
        assert_eq!(markdown(&blocks), "| a<br>`+b\\|` | c |\n|---|---|\n");
        assert_eq!(plain(&blocks), "  a    c\n  +b|\n");
    }
}
