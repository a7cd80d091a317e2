using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.Extensions.Interpretability;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>
/// A file of true heads and edges: <c>L0H1</c>, or <c>L0H1 -> L1H0</c>, with <c>input</c>, <c>mlp0</c> and <c>output</c> as ends too.
/// </summary>
internal static partial class TruthFile
{
    private const string Arrow = "->";

    /// <exception cref="UsageException">A line is neither a head nor an edge; the message names it.</exception>
    public static CircuitTruth Read(string file)
    {
        var (heads, edges) = (new List<CircuitNode>(), new List<CircuitEdge>());
        foreach (var (line, number) in File.ReadAllLines(file).Select((line, index) => (line.Trim(), index + 1))
            .Where(pair => pair.Item1.Length > 0))
        {
            var ends = line.Split(Arrow, StringSplitOptions.TrimEntries).Select(end => Node(end) ?? throw new UsageException(
                $"--truth: line {number} of '{file}' is '{line}'; allowed are heads such as L0H1 and edges such as L0H1 {Arrow} L1H0, with input, mlp0 and output as ends.")).ToArray();
            if (ends.Length == 1)
            {
                heads.Add(ends[0]);
            }
            else
            {
                edges.Add(new CircuitEdge(ends[0], ends[1]));
            }
        }
        return new CircuitTruth(heads, edges.Count > 0 ? edges : null);
    }

    private static CircuitNode? Node(string text) => text switch
    {
        "input" => CircuitNode.Input,
        "output" => CircuitNode.Output,
        _ when Head().Match(text) is { Success: true } head => CircuitNode.Head(Number(head.Groups[1]), Number(head.Groups[2])),
        _ when Mlp().Match(text) is { Success: true } mlp => CircuitNode.Mlp(Number(mlp.Groups[1])),
        _ => null,
    };

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^L(\d{1,4})H(\d{1,4})$")]
    private static partial Regex Head();

    [GeneratedRegex(@"^mlp(\d{1,4})$")]
    private static partial Regex Mlp();
}
