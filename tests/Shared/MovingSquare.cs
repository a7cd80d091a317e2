using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// Clips of a square that moves left, right, up or down, once around the edge: single frames of all directions look alike.
/// </summary>
public static class MovingSquare
{
    public const int Side = 16;

    public static readonly string[] Directions = ["left", "right", "up", "down"];

    /// <summary>Clips with the directions in turn, of one channel and so many frames.</summary>
    public static SequenceRow[] Rows(int count, int seed, int frames = 16)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(index => Row(random, index % Directions.Length, frames))];
    }

    /// <summary>A view in which Features is <c>[T, 1, 16, 16]</c>, T = 0 in the type.</summary>
    public static IDataView ToDataView(MLContext ml, IEnumerable<SequenceRow> rows)
    {
        var schema = SchemaDefinition.Create(typeof(SequenceRow));
        schema[nameof(SequenceRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, 1, Side, Side);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    private static SequenceRow Row(Random random, int direction, int frames)
    {
        var (x, y) = (random.Next(Side), random.Next(Side));
        var (dx, dy) = direction switch { 0 => (-1, 0), 1 => (1, 0), 2 => (0, -1), _ => (0, 1) };
        var values = new float[frames * Side * Side];
        for (var frame = 0; frame < frames; frame++)
        {
            Draw(values.AsSpan(frame * Side * Side, Side * Side), x + (frame * dx) + (frames * Side), y + (frame * dy) + (frames * Side));
        }
        return new SequenceRow { Features = values, Label = Directions[direction], IsFirst = direction == 0, Target = direction };
    }

    private static void Draw(Span<float> frame, int x, int y)
    {
        const int size = 4;
        for (var i = 0; i < size * size; i++)
        {
            frame[((y + (i / size)) % Side * Side) + ((x + (i % size)) % Side)] = 1;
        }
    }
}
