namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Interprets a program: the reference for the transformer compiled from it.</summary>
internal sealed class RaspInterpreter(IReadOnlyList<int> tokens)
{
    private readonly Dictionary<RaspProgram, double?[]> _known = [];

    /// <summary>The value at each position; null where a category has none.</summary>
    /// <exception cref="InvalidOperationException">A category is aggregated over different values.</exception>
    public double?[] Evaluate(RaspProgram program)
    {
        if (!_known.TryGetValue(program, out var values))
        {
            values = Compute(program);
            _known[program] = values;
        }
        return values;
    }

    private double?[] Compute(RaspProgram program) => program switch
    {
        RaspTokens => [.. tokens.Select(token => (double?)token)],
        RaspIndices => [.. tokens.Select((_, place) => (double?)place)],
        RaspMap map => [.. Evaluate(map.Source).Select(value => value is { } known ? map.Function((int)known) : (double?)null)],
        RaspNumberMap map => [.. Evaluate(map.Source).Select(value => value is { } known ? map.Function((int)known) : (double?)0)],
        RaspCombination both => [.. Evaluate(both.Left)
            .Zip(Evaluate(both.Right), (a, b) => a is { } left && b is { } right ? both.Function((int)left, (int)right) : (double?)null)],
        RaspAggregate aggregate => [.. Selected(aggregate.Selector).Select(places => One(places, Evaluate(aggregate.Values)))],
        RaspNumberAggregate aggregate => [.. Selected(aggregate.Selector)
            .Select(places => (double?)places.Select(place => Evaluate(aggregate.Values)[place]!.Value).DefaultIfEmpty().Average())],
        RaspWidthFraction fraction => [.. Selected(fraction.Selector).Select(places => (double?)(1.0 / (1 + places.Length)))],
        RaspWidth width => [.. Selected(width.Fraction.Selector).Select(places => (double?)places.Length)],
        _ => throw new ArgumentException($"{program.GetType().Name} is not known."),
    };

    private int[][] Selected(RaspSelector selector)
    {
        var (keys, queries) = (Evaluate(selector.Keys), Evaluate(selector.Queries));
        return [.. queries.Select(query => Enumerable.Range(0, keys.Length)
            .Where(place => query is { } asking && keys[place] is { } asked && selector.Selects((int)asked, (int)asking)).ToArray())];
    }

    private static double? One(int[] places, double?[] values)
    {
        var found = places.Select(place => values[place]).Distinct().ToArray();
        return found.Length <= 1
            ? found.FirstOrDefault()
            : throw new InvalidOperationException(
                $"A category is aggregated over the values {string.Join(", ", found.Select(value => value?.ToString(System.Globalization.CultureInfo.InvariantCulture)))}; select positions with one value, or aggregate numbers.");
    }
}
