from django.urls import path

from problems.views import bulk, coverage, drafts, evidence, filing, item, item_form, ledger, review, saved

app_name = "problems"
urlpatterns = [
    path("my/list/", filing.my_list, name="my_list"),
    path("my/list/check/", filing.list_check, name="list_check"),
    path("my/list/done/", filing.list_done, name="list_done"),
    path("my/items/new/", filing.item_new, name="item_new"),
    path("my/items/<uuid:public_id>/edit/", item_form.item_edit, name="item_edit"),
    path("my/items/<uuid:public_id>/remove/", filing.item_remove, name="item_remove"),
    path("api/drafts/<slug:form>/<str:key>/", drafts.draft, name="draft"),
    path("section/review/", review.review_unit, name="review_unit"),
    path("office/review/", review.review_office, name="review_office"),
    path("lists/<int:pk>/", review.checklist, name="checklist"),
    path("lists/<int:pk>/<slug:move>/", review.checklist_move, name="checklist_move"),
    path("coverage/remind/", coverage.remind, name="remind_missing"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/print/", ledger.ledger_print, name="ledger_print"),
    path("ledger/views/save/", saved.view_save, name="view_save"),
    path("ledger/views/<int:pk>/delete/", saved.view_delete, name="view_delete"),
    path("ledger/bulk/<slug:move>/", bulk.bulk, name="bulk"),
    path("ledger/<slug:slug>/", item.item, name="item"),
    path("ledger/<slug:slug>/print/", item.item_print, name="item_print"),
    path("ledger/<slug:slug>/moves/", ledger.item_moves, name="item_moves"),
    path("ledger/<slug:slug>/evidence/add/", evidence.evidence_add, name="evidence_add"),
    path("ledger/<slug:slug>/evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("ledger/<slug:slug>/extension/<int:pk>/<slug:move>/", item.extension_move, name="extension_move"),
    path("ledger/<slug:slug>/<slug:move>/", item.item_move, name="item_move"),
]
