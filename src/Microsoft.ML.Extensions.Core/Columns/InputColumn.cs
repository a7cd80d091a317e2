using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>How an input column is read: what a step of it holds.</summary>
internal enum InputKind
{
    /// <summary>Numbers <c>[T, C]</c>.</summary>
    Sequence,

    /// <summary>Key values <c>[T]</c>, 1-based, 0 for a missing or unseen one.</summary>
    Tokens,
}

/// <summary>An input column as a network sees it; part of the saved model.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Numbers or tokens.</param>
/// <param name="Channels">C, the values a step has.</param>
/// <param name="Steps">T, or 0 where rows differ in length.</param>
/// <param name="Cardinality">The number of different tokens; 0 for numbers.</param>
/// <param name="Frame">The shape of a step that is an image; null for any other step.</param>
/// <param name="IsFixed">Whether rows to be scored must have as many steps as those of training.</param>
/// <param name="Dimensions">
/// The dimensions in training, where they do not follow from the other values: <c>[T, 1]</c>, <c>[C, H, W]</c>.
/// </param>
/// <param name="Keys">The number type of keys that are not UInt32: <c>Byte</c>, <c>UInt16</c> or <c>UInt64</c>.</param>
internal sealed record InputColumn(
    [property: Required] string Name, InputKind Kind, [property: Range(1, SizeLimits.MaxValues)] int Channels,
    [property: Range(0, SizeLimits.MaxValues)] int Steps, [property: Range(0, SizeLimits.MaxKeys)] int Cardinality,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FrameShape? Frame = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsFixed = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int[]? Dimensions = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Keys = null) : ICheckedOptions
{
    private const string OfFixedLength = "of a length that is the same in all rows";

    private const string Numbers = "a vector of Single, a [T, C] vector of Single (time first), an image [C, H, W] or images [T, C, H, W] of Single";

    /// <summary>The column's type in ML.NET.</summary>
    [JsonIgnore]
    public DataViewType Type => new VectorDataViewType(
        Kind == InputKind.Tokens ? new KeyDataViewType(KeyType, Cardinality) : NumberDataViewType.Single, Dimensions ?? UsualDimensions);

    /// <summary>The attributes that declare such a column on a member of a class.</summary>
    [JsonIgnore]
    public string Attributes => (Kind == InputKind.Tokens ? $"[KeyType({Cardinality})] " : "")
        + (Channels == 1 && !IsFixed ? "[VectorType]"
            : $"[VectorType({string.Join(", ", IsFixed ? UsualDimensions : [0, .. UsualDimensions[1..]])})]");

    private int[] UsualDimensions => Frame is not null ? [Steps, Frame.Channels, Frame.Height, Frame.Width]
        : Channels == 1 ? [Steps]
        : [Steps, Channels];

    private Type KeyType => Keys switch
    {
        null => typeof(uint),
        nameof(Byte) => typeof(byte),
        nameof(UInt16) => typeof(ushort),
        nameof(UInt64) => typeof(ulong),
        _ => throw new FormatException(
            $"The model reads keys of type '{Keys}', which this version of the package does not know; update it."),
    };

    /// <summary>Reads the column's type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static InputColumn From(DataViewSchema schema, string name, bool takesTokens = true, bool takesUnequalRows = true)
    {
        var type = schema.Find(name, "Feature").Type;
        CheckSize(name, type);
        var column = From(type, name, takesTokens).As((VectorDataViewType)type);
        return takesUnequalRows ? column
            : column.Steps > 0 ? column with { IsFixed = true }
            : throw SchemaColumns.WrongType(name, "Feature", OfFixedLength, type.ToString()!);
    }

    /// <summary>Checks the column's promised shape, before there is data.</summary>
    public static void Check(SchemaShape schema, string name, bool takesTokens = true, bool takesUnequalRows = true)
    {
        var column = schema.Find(name, "Feature");
        var isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
        if (!isVector || !(column.IsKey ? takesTokens : column.ItemType == NumberDataViewType.Single))
        {
            throw SchemaColumns.WrongType(name, "Feature", Expected(takesTokens), column.Describe());
        }
        if (!takesUnequalRows && column.Kind == SchemaShape.Column.VectorKind.VariableVector)
        {
            throw SchemaColumns.WrongType(name, "Feature", OfFixedLength, column.Describe());
        }
    }

    /// <summary>Finds the column in data to be scored and checks that it is what the model was trained on.</summary>
    public DataViewSchema.Column Bind(DataViewSchema schema)
    {
        var found = From(schema, Name);
        var got = schema[Name].Type.ToString()!;
        if (found.Kind != Kind)
        {
            throw Unlike(Kind == InputKind.Tokens ? "a vector of keys" : "a vector of Single", got);
        }
        if (found.Frame != Frame)
        {
            throw Unlike(Frame is null ? "no images" : $"images of {Frame}", got);
        }
        if (found.Channels != Channels)
        {
            throw Unlike($"of {Channels} channels", $"{found.Channels} channels");
        }
        if (IsFixed && found.Steps != Steps)
        {
            throw Unlike($"of {Steps} steps", $"{found.Steps} steps");
        }
        if (found.Cardinality != Cardinality)
        {
            throw Unlike($"of keys 1 to {Cardinality}", $"keys 1 to {found.Cardinality}");
        }
        return schema[Name];
    }

    /// <summary>Finds the column in data whose rows are steps, where a plain vector of C values is also a step.</summary>
    public DataViewSchema.Column BindStep(DataViewSchema schema) =>
        Kind == InputKind.Sequence && schema.Find(Name, "Feature")
            .Type is VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw }, Dimensions: [var n] }
            && raw == typeof(float) && n == Channels
            ? schema[Name]
            : Bind(schema);

    private static InputColumn From(DataViewType type, string name, bool takesTokens) =>
        type switch
        {
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw }, Dimensions: [var n] } when raw == typeof(float)
                => new InputColumn(name, InputKind.Sequence, 1, n, 0),
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw }, Dimensions: [var t, > 0 and var c] } when raw == typeof(
                float)
                => new InputColumn(name, InputKind.Sequence, c, t, 0),
            VectorDataViewType
            {
                ItemType: NumberDataViewType { RawType: var raw },
                Dimensions: [> 0 and var c, > 0 and var h, > 0 and var w]
            } when raw == typeof(float)
                => Frames(name, 1, new FrameShape(c, h, w)),
            VectorDataViewType
            {
                ItemType: NumberDataViewType { RawType: var raw },
                Dimensions: [var t, > 0 and var c, > 0 and var h, > 0 and var w]
            } when raw == typeof(float)
                => Frames(name, t, new FrameShape(c, h, w)),
            VectorDataViewType { ItemType: KeyDataViewType { Count: <= SizeLimits.MaxKeys } key, Dimensions: [var n] } when takesTokens
                => new InputColumn(name, InputKind.Tokens, 1, n, (int)key.Count),
            _ => throw SchemaColumns.WrongType(name, "Feature", Expected(takesTokens), type.ToString()!),
        };

    // Where the number of steps is unknown, the size is that of one step.
    private static void CheckSize(string name, DataViewType type)
    {
        if (type is VectorDataViewType vector)
        {
            SizeLimits.OfColumn(
                $"A row of feature column '{name}'", SizeLimits.MaxValues, "Cut it into shorter rows, or reduce its channels.",
                [.. vector.Dimensions.Select(size => (long)Math.Max(1, size))]);
        }
    }

    // The description is consistent if reading its own type gives the same description again.
    IEnumerable<string> ICheckedOptions.Errors()
    {
        var wrong = "";
        try
        {
            CheckSize(Name, Type);
            var read = From(Type, Name, takesTokens: true).As((VectorDataViewType)Type) with { IsFixed = IsFixed, Dimensions = Dimensions };
            wrong = read != this ? $"it says {this} and its type is that of {read}"
                : IsFixed && Steps == 0 ? "it is of a fixed length, and that is 0"
                : "";
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or OverflowException)
        {
            wrong = e.Message;
        }
        if (wrong.Length > 0)
        {
            yield return $"column '{Name}' contradicts itself: {wrong}.";
        }
    }

    private ArgumentOutOfRangeException Unlike(string wanted, string got) =>
        SchemaColumns.WrongType(Name, "Feature", $"{wanted}, as in training (in a class {Attributes})", got);

    private InputColumn As(VectorDataViewType type)
    {
        var keys = type.ItemType is KeyDataViewType && type.ItemType.RawType != typeof(uint) ? type.ItemType.RawType.Name : null;
        return this with { Dimensions = type.Dimensions.SequenceEqual(UsualDimensions) ? null : [.. type.Dimensions], Keys = keys };
    }

    private static InputColumn Frames(string name, int steps, FrameShape frame) =>
        new(name, InputKind.Sequence, frame.Values, steps, 0, frame);

    private static string Expected(bool takesTokens) => takesTokens ? $"{Numbers}, or a vector of keys" : Numbers;
}
