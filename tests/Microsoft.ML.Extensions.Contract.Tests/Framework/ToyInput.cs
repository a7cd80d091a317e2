using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A form in which the toy rows' sequences reach a trainer.</summary>
/// <param name="Name">What the form is called in messages.</param>
/// <param name="Steps">The steps of every row, or 0 where rows differ in length.</param>
/// <param name="Channels">The values of a step.</param>
/// <param name="IsTokens">True for words turned into keys.</param>
/// <param name="Frame">The shape <c>[C, H, W]</c> of steps that are images, whose values all tell the level; null for other steps.</param>
public sealed record ToyInput(string Name, int Steps, int Channels, bool IsTokens = false, int[]? Frame = null)
{
    public static readonly ToyInput Unequal = new("sequences of unequal length", 0, 2);
    public static readonly ToyInput Equal = new("sequences of equal length", 8, 2);
    public static readonly ToyInput Flat = new("plain vectors", 8, 1);
    public static readonly ToyInput Tokens = new("tokens", 0, 1, IsTokens: true);

    public static readonly ToyInput Frames = new("frames", 0, 12, Frame: [3, 2, 2]);
    public static readonly ToyInput Images = new("pairs of images", 2, 12, Frame: [3, 2, 2]);

    public static readonly ToyInput[] All = [Unequal, Equal, Flat, Tokens];

    private const int Words = 6;

    public VectorDataViewType Type => Frame is not null ? new VectorDataViewType(NumberDataViewType.Single, (int[])[Steps, .. Frame])
        : Channels == 1
        ? new VectorDataViewType(NumberDataViewType.Single, Steps) : new VectorDataViewType(NumberDataViewType.Single, Steps, Channels);

    /// <summary>How the toy rows' columns are typed; plain vectors have slot names.</summary>
    public SchemaDefinition Definition()
    {
        var definition = SchemaDefinition.Create(typeof(ToyRow));
        definition["Features"].ColumnType = Type;
        if (Channels == 1 && Steps > 0)
        {
            var names = Enumerable.Range(0, Steps).Select(step => $"step {step}".AsMemory()).ToArray();
            definition["Features"].AddAnnotation(
                "SlotNames", new VBuffer<ReadOnlyMemory<char>>(Steps, names), new VectorDataViewType(TextDataViewType.Instance, Steps));
        }
        if (IsTokens)
        {
            definition["Features"].ColumnName = "Numbers";
        }
        return definition;
    }

    /// <summary>How rows of one step are typed.</summary>
    public SchemaDefinition StepDefinition()
    {
        var definition = SchemaDefinition.Create(typeof(ToyRow));
        definition["Features"].ColumnType = Channels == 1
            ? new VectorDataViewType(NumberDataViewType.Single, 1) : new VectorDataViewType(NumberDataViewType.Single, 1, Channels);
        if (IsTokens)
        {
            definition["Features"].ColumnName = "Numbers";
        }
        return definition;
    }

    public IDataView Load(MLContext ml, IReadOnlyList<ToyRow> rows) => ml.Data.LoadFromEnumerable(rows, Definition());

    /// <summary>What makes the <c>Features</c> of the loaded columns; null where they are there already.</summary>
    public IEstimator<ITransformer>? Prepare(MLContext ml) => !IsTokens ? null
        : ml.Transforms.Conversion.MapValueToKey("Features", "Words", keyData: ml.Data.LoadFromEnumerable(Vocabulary()));

    /// <summary>Rows that spread evenly over nine levels, so that every class is among any nine of them.</summary>
    public ToyRow[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(index => Row(index, ((index % 9) - 4) / 4.0, random))];
    }

    /// <summary>The first steps of a row.</summary>
    public ToyRow Prefix(ToyRow row, int steps) => Piece(row, 0, steps);

    /// <summary>A row's steps, each as a row of its own.</summary>
    public IEnumerable<ToyRow> StepsOf(ToyRow row) =>
        Enumerable.Range(0, IsTokens ? row.Words.Length : row.Features.Length / Channels).Select(step => Piece(row, step, 1));

    private ToyRow Piece(ToyRow row, int start, int steps) => new()
    {
        Id = row.Id,
        Features = IsTokens ? row.Features : row.Features[(start * Channels)..((start + steps) * Channels)],
        Words = IsTokens ? row.Words[start..(start + steps)] : row.Words,
        Class = row.Class,
        Flag = row.Flag,
        Number = row.Number,
    };

    private ToyRow Row(int index, double level, Random random)
    {
        var steps = Steps > 0 ? Steps : random.Next(4, 11);
        return new ToyRow
        {
            Id = $"row {index}",
            Features = [.. Enumerable.Range(0, steps * Channels)
                .Select(i => (float)Value(Frame is null ? i % Channels : 0, level, random))],
            Words = [.. Enumerable.Range(0, steps).Select(_ => Word((int)((Value(0, level, random) + 1.5) / 3 * Words)))],
            Class = level < -0.3 ? "low" : level < 0.3 ? "middle" : "high",
            Flag = level > 0.1,
            Number = (float)(10 + (5 * level)),
        };
    }

    private static double Value(int channel, double level, Random random) => (channel == 0 ? level : 0) + random.NextDouble() - 0.5;

    private static string Word(int index) => $"word {Math.Clamp(index, 0, Words - 1)}";

    private static IEnumerable<VocabularyRow> Vocabulary() =>
        Enumerable.Range(0, Words).Select(index => new VocabularyRow { Word = Word(index) });

    private sealed class VocabularyRow
    {
        public string Word { get; set; } = "";
    }
}
