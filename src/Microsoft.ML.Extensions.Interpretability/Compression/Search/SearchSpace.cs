using System.Globalization;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The networks that compression may try: which parts are left out, and by which factor each size is multiplied.</summary>
/// <param name="parts">The parts of the teacher.</param>
/// <param name="factors">The factors, from the smallest to 1.</param>
internal sealed class SearchSpace(IReadOnlyList<NetworkPart> parts, IReadOnlyList<double> factors)
{
    /// <summary>The largest number of factors.</summary>
    public const int MostFactors = 64;

    /// <summary>The parts of the teacher.</summary>
    public IReadOnlyList<NetworkPart> Parts => parts;

    /// <summary>The factors, from the smallest to 1.</summary>
    public IReadOnlyList<double> Factors => factors;

    /// <summary>The indices of the parts that may be left out.</summary>
    public IReadOnlyList<int> Removable { get; } = [.. Enumerable.Range(0, parts.Count).Where(part => parts[part].CanLack)];

    /// <summary>The sizes that can be smaller, with the indices of their parts.</summary>
    public IReadOnlyList<(int Part, PartSize Size)> Sizes { get; } =
        [.. parts.SelectMany((part, index) => part.Sizes.Where(size => size.Value > size.Multiple).Select(size => (index, size)))];

    /// <summary>The teacher.</summary>
    public Design Whole => new([.. parts.Select(_ => true)], [.. Sizes.Select(_ => factors.Count - 1)]);

    /// <summary>The number of choices; <see cref="double"/> since it may be large.</summary>
    public double Count => Math.Pow(2, Removable.Count) * Math.Pow(factors.Count, Sizes.Count);

    /// <summary>
    /// A size at a level: its value times the factor, rounded down to what it may be. The lowest level of an ensemble is one network.
    /// </summary>
    public int SizeAt(int size, int level)
    {
        var (part, (_, value, multiple)) = Sizes[size];
        return parts[part].Kind == NetworkPartKind.Ensemble && level == 0 ? 1 : Math.Max(multiple, (int)(value * factors[level] / multiple) * multiple);
    }

    /// <summary>For each part its sizes in order; null for a part that the network lacks.</summary>
    public IReadOnlyList<IReadOnlyList<int>?> SizesOf(Design design)
    {
        var (all, next) = (new IReadOnlyList<int>?[parts.Count], 0);
        for (var part = 0; part < parts.Count; part++)
        {
            int[] own = [.. parts[part].Sizes.Select(size => size.Value > size.Multiple ? SizeAt(next, design.Levels[next++]) : size.Value)];
            all[part] = design.Kept[part] ? own : null;
        }
        return all;
    }

    /// <summary>A short text of a design: each size that is there, and the parts that are not.</summary>
    public string Describe(Design design)
    {
        var sizes = Sizes.Select((entry, size) => (entry, size)).Where(pair => design.Kept[pair.entry.Part]).Select(pair =>
            string.Create(CultureInfo.InvariantCulture, $"{NameOf(pair.entry)} {SizeAt(pair.size, design.Levels[pair.size])}"));
        string[] removed = [.. Removable.Where(part => !design.Kept[part]).Select(part => parts[part].Name)];
        return string.Join(", ", removed.Length == 0 ? sizes : sizes.Append($"without {string.Join(" ", removed)}"));
    }

    /// <summary>A random design.</summary>
    public Design Draw(Random random) => new(
        [.. parts.Select(part => !part.CanLack || random.Next(2) == 1)], [.. Sizes.Select(_ => random.Next(factors.Count))]);

    /// <summary>Every design, where they can be counted; those that differ only in sizes of parts left out count once.</summary>
    public IEnumerable<Design> All()
    {
        var choices = Removable.Select(_ => 2).Concat(Sizes.Select(_ => factors.Count)).ToArray();
        for (var (digits, more) = (new int[choices.Length], true); more;)
        {
            var design = new Design(
                [.. parts.Select((part, index) => !part.CanLack || digits[IndexOf(index)] == 1)], digits[Removable.Count..]);
            if (Sizes.Select((entry, size) => (entry, size)).All(pair => design.Kept[pair.entry.Part] || design.Levels[pair.size] == 0))
            {
                yield return design;
            }
            var place = 0;
            while (place < digits.Length && ++digits[place] == choices[place])
            {
                digits[place++] = 0;
            }
            more = place < digits.Length;
        }

        int IndexOf(int part) => Removable.TakeWhile(other => other != part).Count();
    }

    private string NameOf((int Part, PartSize Size) entry) =>
        parts[entry.Part].Name is { Length: > 0 } name ? $"{name}.{entry.Size.Name}" : entry.Size.Name;
}
