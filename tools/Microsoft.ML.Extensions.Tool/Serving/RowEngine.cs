using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>A prediction.</summary>
/// <param name="PredictedLabel">The class; null where numbers are predicted.</param>
/// <param name="Scores">The probability of each class; one number, named Score, where numbers are predicted.</param>
internal sealed record RowPrediction(string? PredictedLabel, IReadOnlyList<KeyValuePair<string, float>> Scores);

/// <summary>Predicts rows one after the other, as ML.NET's PredictionEngine, for columns that only the running program knows.</summary>
/// <remarks>An engine is for one thread at a time; its model may have any number of engines.</remarks>
internal sealed class RowEngine : IDisposable
{
    private readonly InputRow _input;
    private readonly DataViewRow _output;
    private readonly Func<RowPrediction> _read;

    public RowEngine(StoredModel stored)
    {
        _input = new InputRow(stored.Schema);
        var mapper = stored.Model.GetRowToRowMapper(stored.Schema);
        var score = mapper.OutputSchema["Score"];
        var predicted = stored.Description.Task == TaskName.Classification ? mapper.OutputSchema["PredictedLabel"] : (DataViewSchema.Column?)null;
        _output = mapper.GetRow(_input, predicted is { } column ? [score, column] : [score]);
        _read = predicted is { } label ? Classes(score, label) : Numbers(score);
    }

    /// <summary>Predicts a row.</summary>
    /// <param name="values">The values of the model's columns, in their order: float, string or float[].</param>
    /// <exception cref="InvalidDataException">The row cannot be scored; the message says why.</exception>
    public RowPrediction Predict(IReadOnlyList<object> values)
    {
        _input.Set(values);
        var prediction = _read();
        return prediction.Scores.All(score => float.IsFinite(score.Value)) ? prediction
            : throw new InvalidDataException("The model's scores of this row are no numbers.");
    }

    public void Dispose() => _output.Dispose();

    private Func<RowPrediction> Classes(DataViewSchema.Column score, DataViewSchema.Column predicted)
    {
        var names = Evaluation.KnownClasses(score);
        var (scoreOf, labelOf) = (_output.GetGetter<VBuffer<float>>(score), _output.GetGetter<ReadOnlyMemory<char>>(predicted));
        var (scores, label) = (default(VBuffer<float>), default(ReadOnlyMemory<char>));
        return () =>
        {
            scoreOf(ref scores);
            labelOf(ref label);
            return new RowPrediction(label.ToString(), [.. names.Zip(scores.DenseValues(), (name, value) => KeyValuePair.Create(name, value))]);
        };
    }

    private Func<RowPrediction> Numbers(DataViewSchema.Column score)
    {
        var getter = _output.GetGetter<float>(score);
        var value = 0f;
        return () =>
        {
            getter(ref value);
            return new RowPrediction(null, [KeyValuePair.Create("Score", value)]);
        };
    }
}
