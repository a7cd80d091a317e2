using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Group bound to a schema: the input's visible columns without time and values, then the sequence.</summary>
internal sealed class GroupBinding
{
    public GroupBinding(DataViewSchema schema, SequenceGroupOptions options)
    {
        Options = options;
        Id = GroupNumbers.FindId(schema, options.IdColumnName, "Id");
        Time = options.TimeColumnName is { } time ? TimeColumn.Find(schema, time) : null;
        Values = schema.FindKnownSingles(options.ValueColumnNames, "Value");
        Channels = Values.Width();
        var consumed = Values.Select(column => column.Index).Append(Time?.Index ?? -1).ToHashSet();
        Passed = [.. schema.Where(column => !column.IsHidden && !consumed.Contains(column.Index))];
        Output = CreateOutput();
    }

    public SequenceGroupOptions Options { get; }

    public DataViewSchema.Column Id { get; }

    public DataViewSchema.Column? Time { get; }

    public DataViewSchema.Column[] Values { get; }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>The input columns that the first output columns come from, in order.</summary>
    public DataViewSchema.Column[] Passed { get; }

    public DataViewSchema Output { get; }

    public int SequenceIndex => Passed.Length;

    /// <summary>The input columns that some of the output columns need.</summary>
    public List<DataViewSchema.Column> Sources(IReadOnlyCollection<DataViewSchema.Column> needed)
    {
        var sources = needed.Where(column => column.Index < SequenceIndex).Select(column => Passed[column.Index]).Append(Id);
        if (needed.Any(column => column.Index == SequenceIndex))
        {
            sources = sources.Concat(Values).Concat(Time is { } time ? [time] : []);
        }
        return [.. sources.DistinctBy(column => column.Index)];
    }

    private DataViewSchema CreateOutput()
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in Passed)
        {
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        }
        // Rows differ in length, so slots have no names, but channels have.
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddChannelNames(ValueNames.Of(Values));
        builder.AddColumn(Options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, 0, Channels),
            annotations.ToAnnotations());
        return builder.ToSchema();
    }
}
