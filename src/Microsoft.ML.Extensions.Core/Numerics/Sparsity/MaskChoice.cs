namespace Microsoft.ML.Extensions.Numerics;

/// <summary>Chooses the units to keep by their scores, in exact numbers; of equal scores the first units are kept.</summary>
internal static class MaskChoice
{
    /// <summary>Keeps the units with the largest scores.</summary>
    /// <param name="scores">The scores, none of them NaN.</param>
    /// <param name="count">The number of units to keep.</param>
    public static bool[] Best(ReadOnlySpan<float> scores, int count)
    {
        var kept = new bool[scores.Length];
        if (count <= 0)
        {
            return kept;
        }
        var sorted = scores.ToArray();
        Array.Sort(sorted);
        var threshold = sorted[^Math.Min(count, sorted.Length)];
        var equal = count;
        for (var unit = 0; unit < kept.Length; unit++)
        {
            kept[unit] = scores[unit] > threshold;
            equal -= kept[unit] ? 1 : 0;
        }
        for (var unit = 0; unit < kept.Length && equal > 0; unit++)
        {
            if (scores[unit] == threshold)
            {
                kept[unit] = true;
                equal--;
            }
        }
        return kept;
    }

    /// <summary>Keeps the units with the largest scores of all layers together, and the best of each layer in any case.</summary>
    /// <remarks>A layer without any weight would leave the network without an output that depends on its input.</remarks>
    public static bool[][] BestOfAll(IReadOnlyList<float[]> scores, int count)
    {
        var ranked = scores.SelectMany(layer =>
        {
            var raised = layer.ToArray();
            raised[Array.IndexOf(Best(layer, 1), true)] = float.PositiveInfinity;
            return raised;
        }).ToArray();
        var kept = Best(ranked, Math.Max(count, scores.Count));
        var start = 0;
        return [.. scores.Select(layer => kept[start..(start += layer.Length)])];
    }

    /// <summary>Keeps the units with the largest scores of every group of neighbours: the pattern N:M.</summary>
    /// <param name="scores">The scores, whose number is a multiple of <paramref name="size"/>.</param>
    /// <param name="count">N.</param>
    /// <param name="size">M.</param>
    public static bool[] BestOfGroups(ReadOnlySpan<float> scores, int count, int size)
    {
        var kept = new bool[scores.Length];
        for (var start = 0; start < kept.Length; start += size)
        {
            Best(scores.Slice(start, size), count).CopyTo(kept, start);
        }
        return kept;
    }

    /// <summary>Keeps the same number of units of every row, those with the largest scores, and of what is left over the best of all.</summary>
    /// <param name="scores">The scores, row after row.</param>
    /// <param name="count">The number of units to keep of all rows together.</param>
    /// <param name="columns">The units of a row.</param>
    public static bool[] BestOfRows(ReadOnlySpan<float> scores, int count, int columns)
    {
        var rows = scores.Length / columns;
        var kept = BestOfGroups(scores, count / rows, columns);
        var left = scores.ToArray();
        for (var unit = 0; unit < kept.Length; unit++)
        {
            left[unit] = kept[unit] ? float.NegativeInfinity : left[unit];
        }
        var more = Best(left, count % rows);
        for (var unit = 0; unit < kept.Length; unit++)
        {
            kept[unit] |= more[unit];
        }
        return kept;
    }

    /// <summary>
    /// Drops a part of the live units of several layers together, those of least size but for the largest of each layer, and lets each layer grow as
    /// many as the others, or all it has where these are fewer.
    /// </summary>
    /// <remarks>Liu et al. 2021 (arXiv 2101.09048), as in its code: dropped by size over the gates of a cell, grown evenly over them.</remarks>
    /// <param name="live">The live units of each layer.</param>
    /// <param name="sizes">The size of each unit, 0 or more.</param>
    /// <param name="growth">The growth of each unit.</param>
    /// <param name="fraction">The part to drop.</param>
    public static bool[][] RewireTogether(
        IReadOnlyList<bool[]> live, IReadOnlyList<float[]> sizes, IReadOnlyList<float[]> growth, double fraction)
    {
        var alive = live.Sum(layer => layer.Count(unit => unit));
        float[][] ranked = [.. live.Select((layer, at) => layer.Select((unit, i) => unit ? sizes[at][i] : float.NegativeInfinity).ToArray())];
        var kept = BestOfAll(ranked, alive - (int)(fraction * alive));
        var missing = alive - kept.Sum(layer => layer.Count(unit => unit));
        // The layers with the least room first, so that what they cannot grow is left to the others.
        var byRoom = Enumerable.Range(0, kept.Length).OrderBy(layer => kept[layer].Count(unit => !unit)).ToArray();
        for (var place = 0; place < byRoom.Length; place++)
        {
            var layer = byRoom[place];
            var share = Math.Min(missing / (byRoom.Length - place), kept[layer].Count(unit => !unit));
            var grown = Best(kept[layer].Select((unit, i) => unit ? float.NegativeInfinity : growth[layer][i]).ToArray(), share);
            kept[layer] = [.. kept[layer].Zip(grown, (one, other) => one || other)];
            missing -= share;
        }
        return kept;
    }

    /// <summary>
    /// Drops the live units of least size and revives as many: of all that are not live then, those with the largest growth.
    /// </summary>
    /// <remarks>Evci et al. 2020, arXiv 1911.11134, section 3: a unit that was just dropped comes back only if its growth is large enough.</remarks>
    /// <param name="live">The live units.</param>
    /// <param name="sizes">The size of each unit, 0 or more.</param>
    /// <param name="growth">The growth of each unit.</param>
    /// <param name="count">How many to drop.</param>
    public static bool[] Rewire(ReadOnlySpan<bool> live, ReadOnlySpan<float> sizes, ReadOnlySpan<float> growth, int count)
    {
        var ranked = new float[live.Length];
        var alive = 0;
        for (var unit = 0; unit < ranked.Length; unit++)
        {
            ranked[unit] = live[unit] ? sizes[unit] : float.NegativeInfinity;
            alive += live[unit] ? 1 : 0;
        }
        count = Math.Min(count, alive);
        var kept = Best(ranked, alive - count);
        for (var unit = 0; unit < ranked.Length; unit++)
        {
            ranked[unit] = kept[unit] ? float.NegativeInfinity : growth[unit];
        }
        var grown = Best(ranked, count);
        for (var unit = 0; unit < kept.Length; unit++)
        {
            kept[unit] |= grown[unit];
        }
        return kept;
    }
}
