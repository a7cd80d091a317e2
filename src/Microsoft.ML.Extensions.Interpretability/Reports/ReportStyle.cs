namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The style of a report: colours by name, for light and dark.</summary>
internal static class ReportStyle
{
    public const string Text = """
        :root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fff; --faint: #e3e3e8; --quiet: #6a6a75; --for: 47 111 221; --against: 228 87 46;
          --c0: #2f6fdd; --c1: #e4572e; --c2: #2a9d5c; --c3: #9a4fd0; --c4: #b58a00; --c5: #0096a8; --c6: #d0448f; --c7: #7a6a58; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6e6ea; --paper: #17171b; --faint: #34343c; --quiet: #a0a0ab; --for: 110 160 255; --against: 255 138 101;
            --c0: #6ea0ff; --c1: #ff8a65; --c2: #5fd08f; --c3: #c48cf0; --c4: #e0b93a; --c5: #4cc9d8; --c6: #f07fbb; --c7: #b8a792; } }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: var(--ink); background: var(--paper); }
        h2 { margin-top: 2em; border-bottom: 1px solid var(--faint); }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1em 0; }
        th, td { padding: .15em .9em; text-align: right; border-bottom: 1px solid var(--faint); }
        th:first-child, td:first-child { text-align: left; }
        figure { display: inline-block; margin: 0 2em 2em 0; vertical-align: top; max-width: 100%; }
        figcaption { font-weight: 600; }
        svg { max-width: 100%; height: auto; }
        svg text { font: 11px system-ui, sans-serif; fill: var(--ink); }
        .note { color: var(--quiet); }
        .wide { overflow-x: auto; }
        .grid { stroke: var(--faint); }
        .line { fill: none; stroke: currentColor; stroke-width: 1.5; }
        .dots circle { fill: currentColor; fill-opacity: .5; }
        .legend { margin: .2em 0 0 0; } .legend span { margin-right: 1em; } .legend span::before { content: "\25A0\00A0"; }
        .c0 { color: var(--c0); } .c1 { color: var(--c1); } .c2 { color: var(--c2); } .c3 { color: var(--c3); }
        .c4 { color: var(--c4); } .c5 { color: var(--c5); } .c6 { color: var(--c6); } .c7 { color: var(--c7); } .q { color: var(--quiet); }
        .for { fill: rgb(var(--for)); } .against { fill: rgb(var(--against)); }

        """;
}
