using System.Globalization;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A result in the comparison of defaults.</summary>
/// <param name="Set">The set.</param>
/// <param name="Contestant">The contestant.</param>
/// <param name="Part">The evaluated part.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Score">Accuracy, or the negative root mean squared error.</param>
/// <param name="Seconds">The total time of the seed's fits.</param>
internal sealed record DefaultValue(string Set, string Contestant, string Part, int Seed, double Score, double Seconds);

/// <summary>The results so far, in a file, since a full run takes hours: a run continues where the last one stopped.</summary>
internal sealed class DefaultValues
{
    private readonly string _path;
    private readonly List<DefaultValue> _values;

    public DefaultValues(string path)
    {
        _path = path;
        _values = File.Exists(path) ? [.. File.ReadLines(path).Select(Read)] : [];
    }

    /// <summary>Gets a result, measuring it if it is missing.</summary>
    public DefaultValue Get(string set, string contestant, string part, int seed, Func<(double Score, double Seconds)> measure)
    {
        if (Find(set, contestant, part, seed) is { } known)
        {
            return known;
        }
        var (score, seconds) = measure();
        var value = new DefaultValue(set, contestant, part, seed, score, seconds);
        _values.Add(value);
        File.AppendAllText(_path,
            string.Create(CultureInfo.InvariantCulture, $"{set}\t{contestant}\t{part}\t{seed}\t{score:R}\t{seconds:F2}\n"));
        Console.Error.WriteLine(value);
        return value;
    }

    /// <summary>Whether there is a result.</summary>
    public bool Knows(string set, string contestant, string part, int seed) => Find(set, contestant, part, seed) is not null;

    /// <summary>The results of all seeds.</summary>
    public DefaultValue[] All(string set, string contestant, string part) =>
        [.. _values.Where(value => value.Set == set && value.Contestant == contestant && value.Part == part)];

    /// <summary>Removes the results of a contestant, so that it is measured again.</summary>
    public void Forget(string contestant)
    {
        _values.RemoveAll(value => value.Contestant == contestant);
        File.WriteAllLines(_path, _values.Select(value => string.Create(
            CultureInfo.InvariantCulture,
                $"{value.Set}\t{value.Contestant}\t{value.Part}\t{value.Seed}\t{value.Score:R}\t{value.Seconds:F2}")));
    }

    private DefaultValue? Find(string set, string contestant, string part, int seed) =>
        _values.Find(value => value.Set == set && value.Contestant == contestant && value.Part == part && value.Seed == seed);

    private static DefaultValue Read(string line) =>
        line.Split('\t') is [var set, var contestant, var part, var seed, var score, var seconds]
        ? new DefaultValue(
            set, contestant, part, int.Parse(seed, CultureInfo.InvariantCulture), double.Parse(score, CultureInfo.InvariantCulture),
                double.Parse(seconds, CultureInfo.InvariantCulture))
        : throw new FormatException($"'{line}' is no value of six columns.");
}
