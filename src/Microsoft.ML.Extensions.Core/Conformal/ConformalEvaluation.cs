using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Conformal;

/// <summary>Compares intervals and sets with the labels.</summary>
internal static class ConformalEvaluation
{
    public static IntervalMetrics OfIntervals(IDataView data, string label, string lower, string upper, double coverage)
    {
        var (truth, below, above) = (IntervalColumns.Find(data.Schema, label, "Label"),
            IntervalColumns.Find(data.Schema, lower, "Lower"), IntervalColumns.Find(data.Schema, upper, "Upper"));
        foreach (var (end, role) in new[] { (below, "Lower"), (above, "Upper") })
        {
            if (!IntervalColumns.Shape(end).SequenceEqual(IntervalColumns.Shape(truth)))
            {
                throw SchemaColumns.WrongType(end.Name, role, $"of the label's type, {truth.Type}", end.Type.ToString()!);
            }
        }
        var slots = new Slot[IntervalColumns.Count(truth)];
        using var cursor = data.GetRowCursor([truth, below, above]);
        var (labels, lowers, uppers) =
            (IntervalColumns.Reader(cursor, truth), IntervalColumns.Reader(cursor, below), IntervalColumns.Reader(cursor, above));
        while (cursor.MoveNext())
        {
            var (values, from, to) = (labels(), lowers(), uppers());
            for (var slot = 0; slot < slots.Length; slot++)
            {
                if (float.IsNaN(from[slot]) || float.IsNaN(to[slot]))
                {
                    throw new InvalidDataException($"The interval of columns '{lower}' and '{upper}', row {cursor.Position} has an end that is missing.");
                }
                slots[slot].Add(values[slot], from[slot], to[slot], coverage);
            }
        }
        var empty = Array.FindIndex(slots, slot => slot.Count == 0);
        return empty < 0 ? new(
            slots.Sum(slot => slot.Count), Array.ConvertAll(slots, slot => slot.Within / (double)slot.Count),
            Array.ConvertAll(slots, slot => slot.Width / slot.Count), slots.Average(slot => slot.Score / slot.Count))
            : throw new InvalidOperationException($"There is nothing to compare: the data has no row whose label '{label}' has {(slots.Length == 1 ? "a value" : $"a value {empty}")}.");
    }

    public static SetMetrics OfSets(IDataView data, string label, string set)
    {
        var truth = data.Schema.Find(label, "Label");
        if (truth.Type is not KeyDataViewType { RawType: var raw, Count: <= int.MaxValue and var count } || raw != typeof(uint))
        {
            throw SchemaColumns.WrongType(label, "Label", "a key of UInt32", truth.Type.ToString()!);
        }
        var sets = data.Schema.Find(set, "Set");
        if (sets.Type is not VectorDataViewType { ItemType: KeyDataViewType { RawType: var rawSet, Count: var kinds } } || rawSet != typeof(uint) || kinds != count)
        {
            throw SchemaColumns.WrongType(set, "Set", $"a vector of keys of {count} classes, those of column '{label}'", sets.Type.ToString()!);
        }
        var (rows, held) = (new long[count], new long[count]);
        var (size, single) = (0L, 0L);
        using var cursor = data.GetRowCursor([truth, sets]);
        var (keys, members) = (cursor.GetGetter<uint>(truth), cursor.GetGetter<VBuffer<uint>>(sets));
        uint key = 0;
        VBuffer<uint> chosen = default;
        while (cursor.MoveNext())
        {
            keys(ref key);
            if (key == 0)
            {
                continue;
            }
            members(ref chosen);
            rows[key - 1]++;
            held[key - 1] += chosen.DenseValues().Contains(key) ? 1 : 0;
            size += chosen.Length;
            single += chosen.Length == 1 ? 1 : 0;
        }
        double all = rows.Sum();
        return all > 0 ? new((long)all, held.Sum() / all, size / all, single / all, [.. held.Zip(rows, (inside, of) => inside / (double)of)])
            : throw new InvalidOperationException($"There is nothing to compare: the data has no row with a label '{label}'.");
    }

    private record struct Slot(long Count, long Within, double Width, double Score)
    {
        public void Add(float label, double lower, double upper, double coverage)
        {
            if (float.IsNaN(label))
            {
                return;
            }
            var outside = Math.Max(0, ConformalIntervals.Outside(label, lower, upper));
            Count++;
            Within += outside > 0 ? 0 : 1;
            Width += upper - lower;
            Score += upper - lower + (2 / (1 - coverage) * outside);
        }
    }
}
