using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>LexicalScore bound to a schema.</summary>
internal sealed class LexicalScoreMapping(DataViewSchema schema, LexicalScoreDescription description, InvertedIndex index)
    : RowMapping(schema, [new(description.OutputColumnName, NumberDataViewType.Single, Annotations())])
{
    private readonly DataViewSchema.Column[] _sources =
        [TextRows.Find(schema, description.QueryColumnName, "Query"),
            .. description.DocumentColumnNames.Select(name => TextRows.Find(schema, name))];

    public override IReadOnlyList<DataViewSchema.Column> Sources => _sources;

    public static DataViewSchema.Annotations Annotations() => ScoreAnnotations.For("Ranking", "Score").ToAnnotations();

    public override AddedGetters CreateGetters(DataViewRow input)
    {
        var texts = Array.ConvertAll(_sources, input.GetGetter<ReadOnlyMemory<char>>);
        var analyzer = new TextAnalyzer(description.Options.Analyzer);
        var (searcher, scorer) = (new LexicalSearcher(index, description.Options), new LexicalScorer(description.Options, index));
        // Cached, since rows of one query usually follow one another and expanding it is a search.
        var (known, query) = ("", new WeightedQuery([]));
        ReadOnlyMemory<char> text = default;
        ValueGetter<float> getter = (ref float score) =>
        {
            texts[0](ref text);
            if (!text.Span.SequenceEqual(known))
            {
                known = text.ToString();
                query = searcher.Widened(WeightedQuery.Of(analyzer.Analyze(known)));
            }
            score = (float)Score(scorer, query, Array.ConvertAll(texts[1..], read =>
            {
                read(ref text);
                return analyzer.Analyze(text.Span);
            }));
        };
        return new([getter]);
    }

    private static double Score(LexicalScorer scorer, WeightedQuery query, IReadOnlyList<string>[] fields)
    {
        var counts = new Dictionary<string, int[]>(StringComparer.Ordinal);
        for (var field = 0; field < fields.Length; field++)
        {
            foreach (var term in fields[field])
            {
                if (!counts.TryGetValue(term, out var frequencies))
                {
                    counts.Add(term, frequencies = new int[fields.Length]);
                }
                frequencies[field]++;
            }
        }
        return scorer.Score(query, counts.GetValueOrDefault, Array.ConvertAll(fields, field => field.Count));
    }
}
