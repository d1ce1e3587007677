//! A route of a component, and the path of a request held against it: `crates/http/src/routes.rs` of Spin.

use routefinder::Router;

/// A route as Spin's manifest has it: `/exact`, `/files/...` with everything below, `/users/:id` with a segment by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// As it is written.
    raw: String,
    /// With the application's base, which is `/`: it begins with a slash and does not end with one, so `/` is empty.
    based: String,
}

/// A path that a route matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What the `...` at the route's end stands for, from its slash on; empty where nothing is there, or where the route has none.
    pub trailing: String,
    /// The segments that have names, with what stands there.
    pub named: Vec<(String, String)>,
}

/// What a route ends with that takes everything below it.
const REST: &str = "/...";

impl Route {
    /// Reads a route.
    ///
    /// # Errors
    /// Why Spin would not take it, or would end on it.
    pub fn parse(raw: &str) -> Result<Self, String> {
        if !raw.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("the route {raw:?} has characters that no path has; write them percent-encoded"));
        }
        let absolute = if raw.starts_with('/') { raw.to_owned() } else { format!("/{raw}") };
        let based = absolute.strip_suffix('/').unwrap_or(&absolute).to_owned();
        let segments: Vec<&str> = based.split('/').collect();
        // The library that Spin matches with panics on a wildcard in the middle.
        let rest = segments.iter().position(|segment| matches!(*segment, "..." | "*"));
        if rest.is_some_and(|place| place + 1 != segments.len()) {
            return Err(format!("`{raw}` goes on behind `...`, which stands for everything below; end the route there"));
        }
        let route = Self { raw: raw.to_owned(), based };
        route.router()?;
        Ok(route)
    }

    /// That of a component that answers everything.
    pub fn everything() -> Self {
        Self { raw: REST.to_owned(), based: REST.to_owned() }
    }

    fn router(&self) -> Result<Router<()>, String> {
        let mut router = Router::new();
        let spec = self.based.strip_suffix(REST).map_or_else(|| self.based.clone(), |prefix| format!("{prefix}/*"));
        router.add(spec.as_str(), ()).map_err(|error| format!("`{}` is not a route: {error}", self.raw))?;
        Ok(router)
    }

    /// Holds a path against the route; `None`: it does not match, and Spin answers 404 without running anything.
    pub fn matches(&self, path: &str) -> Option<Match> {
        let router = self.router().ok()?;
        let best = router.best_match(path)?;
        let captures = best.captures();
        // The library drops the slashes around what the wildcard stands for; Spin puts them back.
        let trailing = captures.wildcard().map(|rest| match (rest.is_empty(), path.ends_with('/')) {
            (true, false) => String::new(),
            (true, true) => "/".to_owned(),
            (false, false) => format!("/{rest}"),
            (false, true) => format!("/{rest}/"),
        });
        let named = captures.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Some(Match { trailing: trailing.unwrap_or_default(), named })
    }

    /// As it is written.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// As it is written, without the `...` at its end.
    pub fn raw_prefix(&self) -> &str {
        self.raw.strip_suffix(REST).unwrap_or(&self.raw)
    }

    /// With the application's base, which is `/`.
    pub fn based(&self) -> &str {
        &self.based
    }

    /// The same without the `...` at its end: the name of the script.
    pub fn based_prefix(&self) -> &str {
        self.based.strip_suffix(REST).unwrap_or(&self.based)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(route: &str, path: &str, trailing: Option<&str>) {
        let matched = Route::parse(route).expect("a route").matches(path);
        assert_eq!(matched.map(|matched| matched.trailing).as_deref(), trailing, "{route} {path}");
    }

    #[test]
    fn what_the_wildcard_stands_for_keeps_its_slashes() {
        check("/...", "/", Some("/"));
        check("/...", "/index.php", Some("/index.php"));
        check("/...", "/a/b/", Some("/a/b/"));
        check("/foo/...", "/foo", Some(""));
        check("/foo/...", "/foo/", Some("/"));
        check("/foo/...", "/foo/bar", Some("/bar"));
        check("/foo/...", "/foo/bar/", Some("/bar/"));
        check("/foo/...", "/fool", None);
        check("/foo/...", "/", None);
    }

    #[test]
    fn an_exact_route_has_nothing_below() {
        check("/foo", "/foo", Some(""));
        check("foo", "/foo", Some(""));
        check("/foo/", "/foo", Some(""));
        check("/foo", "/foo/bar", None);
        check("/", "/", Some(""));
        check("/", "/foo", None);
        check("/a.b", "/a.b", Some(""));
    }

    #[test]
    fn segments_have_names() {
        let route = Route::parse("/users/:id/posts/:post/...").expect("a route");
        let matched = route.matches("/users/42/posts/a%20b/x").expect("a match");
        assert_eq!(matched.named, [("id".to_owned(), "42".to_owned()), ("post".to_owned(), "a%20b".to_owned())]);
        assert_eq!(matched.trailing, "/x");
        assert_eq!(route.matches("/users/42"), None);
    }

    #[test]
    fn a_route_has_several_names() {
        for (route, raw_prefix, based, based_prefix) in [
            ("/...", "", "/...", ""),
            ("/", "/", "", ""),
            ("/foo", "/foo", "/foo", "/foo"),
            ("/foo/", "/foo/", "/foo", "/foo"),
            ("foo/...", "foo", "/foo/...", "/foo"),
            ("/u/:id/...", "/u/:id", "/u/:id/...", "/u/:id"),
        ] {
            let parsed = Route::parse(route).expect("a route");
            assert_eq!((parsed.raw(), parsed.raw_prefix()), (route, raw_prefix), "{route}");
            assert_eq!((parsed.based(), parsed.based_prefix()), (based, based_prefix), "{route}");
        }
    }

    #[test]
    fn what_cannot_be_matched_is_no_route() {
        for (route, said) in [
            ("/a/.../b", "goes on behind `...`"),
            ("/*/b", "goes on behind `...`"),
            ("/:", "params must be named"),
            ("/*all", "replace `*all` with `*`"),
            ("/a b", "percent-encoded"),
            ("/ü", "percent-encoded"),
            ("/a\0", "percent-encoded"),
        ] {
            let error = Route::parse(route).expect_err(route);
            assert!(error.contains(said), "{route}: {error}");
        }
    }
}
