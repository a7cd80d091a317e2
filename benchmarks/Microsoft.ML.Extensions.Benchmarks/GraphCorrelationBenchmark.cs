using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Which properties of a random graph go with the accuracy of a recurrent network of its structure: the results of Darji 2021 (arXiv 2407.20601) for each graph, as plain correlations, which the
/// thesis reports, and as partial ones, with the numbers of nodes and of sources (the width of the input) held fixed.
/// </summary>
internal static class GraphCorrelationBenchmark
{
    private const string Accuracy = "test_acc";

    private static readonly string[] s_files = ["rnn_tanh", "rnn_relu", "lstm", "gru"], s_fixed = ["nodes", "source_nodes"];

    private static readonly string[] s_properties =
    [
        "nodes", "edges", "source_nodes", "sink_nodes", "layers", "diameter", "density", "average_shortest_path_length", "eccentricity_var", "degree_var", "closeness_var",
        "nodes_betweenness_var", "edge_betweenness_var",
    ];

    public static string Run()
    {
        var tables = s_files.Select(name => SharedData.Find($"random_structures/{name}.csv")).ToArray();
        if (tables.Any(table => table is null))
        {
            return "Skipped: random_structures is not in ../shared/data or MLX_DATA.";
        }
        var columns = tables.Select(table => Read(table!)).ToArray();
        StringBuilder report = new();
        report.AppendLine(
            "Correlation with the test accuracy over the thesis' 200 graphs for each cell; in parentheses with the numbers of nodes and of sources held fixed. Beyond 0.14 in size a single one has p below .05.")
            .AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture, $"| property | {string.Join(" | ", s_files)} |").AppendLine("|---|---|---|---|---|");
        foreach (var property in s_properties)
        {
            var cells = columns.Select(table => string.Create(CultureInfo.InvariantCulture,
                $"{Correlation(table[property], table[Accuracy]):+0.00;-0.00} ({(s_fixed.Contains(property) ? "fixed" : Partial(table, property).ToString("+0.00;-0.00", CultureInfo.InvariantCulture))})"));
            report.AppendLine(CultureInfo.InvariantCulture, $"| {property} | {string.Join(" | ", cells)} |");
        }
        return report.ToString();
    }

    private static Dictionary<string, double[]> Read(string file)
    {
        var lines = File.ReadAllLines(file).Select(line => line.Split(',')).ToArray();
        return s_properties.Append(Accuracy).ToDictionary(name => name, name =>
        {
            var column = Array.IndexOf(lines[0], name);
            return lines.Skip(1).Select(line => double.Parse(line[column], CultureInfo.InvariantCulture)).ToArray();
        });
    }

    // What is fixed is removed from both, one after the other: each is made orthogonal to those before.
    private static double Partial(Dictionary<string, double[]> table, string property)
    {
        var bases = new List<double[]>();
        foreach (var name in s_fixed)
        {
            bases.Add(Without(table[name], bases));
        }
        return Correlation(Without(table[property], bases), Without(table[Accuracy], bases));
    }

    private static double[] Without(double[] values, List<double[]> bases) => bases.Aggregate(Centred(values), (left, other) =>
    {
        var share = Dot(left, other) / Dot(other, other);
        return [.. left.Zip(other, (value, part) => value - (share * part))];
    });

    private static double Correlation(double[] one, double[] other)
    {
        var (first, second) = (Centred(one), Centred(other));
        return Dot(first, second) / Math.Sqrt(Dot(first, first) * Dot(second, second));
    }

    private static double[] Centred(double[] values)
    {
        var mean = values.Average();
        return Array.ConvertAll(values, value => value - mean);
    }

    private static double Dot(double[] one, double[] other) => one.Zip(other, (first, second) => first * second).Sum();
}
