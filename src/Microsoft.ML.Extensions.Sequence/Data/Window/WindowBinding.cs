using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Window bound to a schema: the input's columns, then the windows, then the label if there is a target.</summary>
internal sealed class WindowBinding
{
    public WindowBinding(DataViewSchema schema, SequenceWindowOptions options)
    {
        Options = options;
        Input = schema;
        Inputs = schema.FindKnownSingles(options.InputColumnNames, "Input");
        Channels = Inputs.Sum(SingleColumns.Width);
        Group = options.GroupColumnName is { } group ? GroupNumbers.FindId(schema, group, "Group") : null;
        Target = options.TargetColumnName is { } target ? MLNet.SchemaColumns.Find(schema, target, "Target") : null;
        Output = CreateOutput();
    }

    public SequenceWindowOptions Options { get; }

    public DataViewSchema Input { get; }

    public DataViewSchema.Column[] Inputs { get; }

    /// <summary>C.</summary>
    public int Channels { get; }

    public DataViewSchema.Column? Group { get; }

    public DataViewSchema.Column? Target { get; }

    public DataViewSchema Output { get; }

    public int WindowIndex => Input.Count;

    public int LabelIndex => Input.Count + 1;

    /// <summary>The input columns that some of the output columns need.</summary>
    public List<DataViewSchema.Column> Sources(IReadOnlyCollection<DataViewSchema.Column> needed)
    {
        var indices = new SortedSet<int>(needed.Where(column => column.Index < WindowIndex).Select(column => column.Index));
        if (needed.Any(column => column.Index == WindowIndex))
        {
            indices.UnionWith(Inputs.Select(column => column.Index));
        }
        if (needed.Any(column => column.Index == LabelIndex))
        {
            indices.Add(Target!.Value.Index);
        }
        if (Group is { } group)
        {
            indices.Add(group.Index);
        }
        return [.. indices.Select(index => Input[index])];
    }

    private DataViewSchema CreateOutput()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(Input);
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddSlotNames(checked(Options.Length * Channels), StepNames);
        var type = new VectorDataViewType(NumberDataViewType.Single, Options.Length, Channels);
        builder.AddColumn(Options.OutputColumnName, type, annotations.ToAnnotations());
        if (Target is { } target)
        {
            builder.AddColumn(Options.LabelColumnName, target.Type, target.Annotations);
        }
        return builder.ToSchema();
    }

    private string[] StepNames()
    {
        var channels = ValueNames.Of(Inputs);
        return [.. Enumerable.Range(1 - Options.Length, Options.Length)
            .SelectMany(step => channels.Select(channel => step == 0 ? $"{channel}[t]" : $"{channel}[t{step}]"))];
    }
}
