namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A value at every position of a row: the sequence operators of RASP (Weiss et al. 2021, arXiv 2106.06981, section 3).</summary>
public abstract class RaspProgram
{
    private protected RaspProgram()
    {
    }

    /// <summary>The tokens, without the one that begins a row.</summary>
    public static RaspCategories Tokens { get; } = new RaspTokens();

    /// <summary>The positions of the tokens, from 0.</summary>
    public static RaspCategories Indices { get; } = new RaspIndices();

    /// <summary>A selector: the positions that each position attends to.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="selects">Whether a query (second) selects a key (first).</param>
    public static RaspSelector Select(RaspCategories keys, RaspCategories queries, Func<int, int, bool> selects)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(selects);
        return new RaspSelector(keys, queries, selects);
    }
}

/// <summary>An integer of a known set at every position, represented by a direction per value.</summary>
public abstract class RaspCategories : RaspProgram
{
    private protected RaspCategories()
    {
    }

    /// <summary>A function of it.</summary>
    public RaspCategories Map(Func<int, int> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new RaspMap(this, function);
    }

    /// <summary>A number from it.</summary>
    public RaspNumbers MapToNumbers(Func<int, double> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new RaspNumberMap(this, function);
    }

    /// <summary>A function of it and another one at the same position.</summary>
    public RaspCategories Combine(RaspCategories other, Func<int, int, int> function)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(function);
        return new RaspCombination(this, other, function);
    }

    /// <summary>The values that it can have, ascending.</summary>
    internal abstract int[] Domain(int vocabulary, int length);
}

/// <summary>A number at every position.</summary>
public abstract class RaspNumbers : RaspProgram
{
    private protected RaspNumbers()
    {
    }
}

/// <summary>The positions that each position attends to.</summary>
public sealed class RaspSelector
{
    internal RaspSelector(RaspCategories keys, RaspCategories queries, Func<int, int, bool> selects) =>
        (Keys, Queries, Selects) = (keys, queries, selects);

    internal RaspCategories Keys { get; }

    internal RaspCategories Queries { get; }

    internal Func<int, int, bool> Selects { get; }

    /// <summary>The number of selected positions.</summary>
    public RaspCategories Width() => new RaspWidth(new RaspWidthFraction(this));

    /// <summary>The value at the selected positions, which must all have the same value; none where nothing is selected.</summary>
    public RaspCategories Aggregate(RaspCategories values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new RaspAggregate(this, values);
    }

    /// <summary>The mean over the selected positions; 0 where nothing is selected.</summary>
    public RaspNumbers Aggregate(RaspNumbers values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new RaspNumberAggregate(this, values);
    }
}
