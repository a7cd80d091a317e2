namespace Microsoft.ML.Extensions.Mutations;

/// <summary>Reads lists of mutations: blocks of lines, as in a diff, divided by empty lines; # begins a comment.</summary>
internal static class MutationList
{
    private const string Tool = "Tool";

    /// <param name="path">A list.</param>
    /// <exception cref="FormatException">A block cannot be read; the message names it.</exception>
    public static IEnumerable<Mutation> Read(string path)
    {
        var block = new List<string>();
        foreach (var line in File.ReadLines(path).Where(line => !line.StartsWith('#')).Append(""))
        {
            if (line.Length > 0)
            {
                block.Add(line);
            }
            else if (block.Count > 0)
            {
                yield return Parse(block);
                block.Clear();
            }
        }
    }

    private static Mutation Parse(List<string> block)
    {
        var file = Only(block, "in ");
        var tests = Only(block, "test ").Split(' ', 2);
        var project = tests[0].Split(':', 2);
        var package = file[..file.IndexOf('/')];
        return tests.Length < 2 || !block.Any(line => line.StartsWith("- ", StringComparison.Ordinal))
            ? throw new FormatException($"'{block[0]}' needs a line '- text' and a line 'test project names'.")
            : new Mutation(
                block[0], package, $"{(package == Tool ? "tools" : "src")}/Microsoft.ML.Extensions.{file}", Lines(block, '-'), Lines(block, '+'),
                new TestSelection(project[0], project.ElementAtOrDefault(1) ?? "", tests[1]));
    }

    private static string Only(List<string> block, string prefix) =>
        block.Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).ToList() is [var line] ? line[prefix.Length..]
            : throw new FormatException($"'{block[0]}' needs exactly one line '{prefix}...'.");

    // The sign and one space after it are not part of the text.
    private static string Lines(List<string> block, char sign) =>
        string.Join('\n', block.Where(line => line[0] == sign).Select(line => line.Length > 2 ? line[2..] : ""));
}
